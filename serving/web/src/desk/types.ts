/** The desk's nouns, as the service describes them. */

import type { Schema } from '../api/client';

export type Entry = Schema['EntryAnswer'];
export type Scan = Schema['ScanAnswer'];
export type Codes = Schema['CodesAnswer'];
export type Queue = Schema['QueueAnswer'];
export type Stage = Schema['Stage'];
export type Decision = Schema['Decision'];
export type Verdict = Schema['VerdictAnswer'];
export type Outcome = Schema['OutcomeAnswer'];
export type Photo = Schema['PhotoAnswer'];
export type NewVerdict = Schema['NewVerdict'];
export type NewOutcome = Schema['NewOutcome'];

export const DECISIONS: readonly Decision[] = ['release', 'search', 'escalate'];
