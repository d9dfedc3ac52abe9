/** What went wrong, in the officer's language where the page knows a word for it, else as the service says it. */

import { Refused, Unreachable, type Problem } from '../api/client';
import { isKey } from './catalogues';
import { t } from './words';

export function explain(error: unknown): string {
  if (error instanceof Unreachable) return t('problem.unreachable');
  if (error instanceof Refused) return explainProblem(error.problem, error.retryAfter);
  return t('problem.page', { said: String(error) });
}

export function explainProblem(problem: Problem, seconds: number | null = null): string {
  const key = `problem.${problem.type.split(':').at(-1) ?? ''}`;
  if (isKey(key)) return t(key, { n: seconds ?? 0, detail: problem.detail });
  return problem.detail;
}
