/** What a parcel and its draft make likely, so that the officer types less. */

import type { Draft } from './draft.svelte';
import type { Codes, Decision, Scan } from './types';

/** As the service has it for what no group is as grave as. */
const HARMLESS = 9;

/** The severity of the gravest that the model boxed or the officer named; 1 is the gravest. */
export function gravest(scan: Scan, draft: Draft, codes: Codes): number {
  const severityOf = new Map(codes.labels.map(({ label, severity }) => [label, severity]));
  const labels = [
    ...scan.views.flatMap(({ detections }) => (detections ?? []).map(({ label }) => label)),
    ...Object.values(draft.judged).flatMap(({ label }) => label ?? []),
    ...draft.drawn.map(({ label }) => label),
  ];
  return Math.min(HARMLESS, ...labels.map((label) => severityOf.get(label) ?? HARMLESS));
}

/** The reason that each decision most likely has. */
export function likeliestReasons(scan: Scan, draft: Draft): Record<Decision, string> {
  const hasBoxes = scan.views.some(({ detections }) => (detections ?? []).length > 0);
  const isUnscreened = scan.views.some(({ state }) => state !== 'screened');
  const confirms = Object.values(draft.judged).some(({ action }) => action !== 'rejected');
  return {
    release: !hasBoxes ? 'nothing_highlighted_by_officer' : confirms ? 'item_permitted' : 'false_alarm',
    search: draft.drawn.length > 0 ? 'item_drawn_by_officer' : isUnscreened && !confirms ? 'not_screened' : 'alarm_confirmed',
    escalate: 'needs_expert',
  };
}
