/** How the page speaks with the service: typed by the service's own description, refusals as problem documents. */

import createClient, { type Middleware } from 'openapi-fetch';

import type { components, paths } from './schema';

export type Problem = components['schemas']['Problem'];
export type Schema = components['schemas'];

/** The service answered, and not with what was asked for. */
export class Refused extends Error {
  constructor(
    readonly problem: Problem,
    /** Seconds after which to come back, where the service said so. */
    readonly retryAfter: number | null,
  ) {
    super(problem.detail);
    this.name = 'Refused';
  }

  /** `claim-lost` of `urn:parcelray:problem:claim-lost`. */
  get kind(): string {
    return this.problem.type.split(':').at(-1) ?? '';
  }
}

/** No answer came: the network, or the service, is away. */
export class Unreachable extends Error {
  constructor() {
    super('the service does not answer');
    this.name = 'Unreachable';
  }
}

interface Answered<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** What the page knows of its session; `session` sets both. */
export const access = {
  csrfToken: '',
  /** Called where the service says that the session has ended. */
  onLost: (): void => {},
};

const SAFE = new Set(['GET', 'HEAD']);

const csrf: Middleware = {
  onRequest({ request }) {
    if (!SAFE.has(request.method)) request.headers.set('X-CSRF-Token', access.csrfToken);
    return request;
  },
};

/** A line that swallows everything is no better than one that is cut. */
const LONGEST_MS = 30_000;

export const api = createClient<paths>({
  credentials: 'same-origin',
  fetch: (request) => fetch(request, { signal: AbortSignal.timeout(LONGEST_MS) }),
});
api.use(csrf);

/**
 * The answer to a request.
 *
 * @throws {Refused} the service said no.
 * @throws {Unreachable} it said nothing.
 */
export async function answered<T>(request: Promise<Answered<T>>): Promise<T> {
  let result: Answered<T>;
  try {
    result = await request;
  } catch {
    throw new Unreachable();
  }
  if (result.response.ok) return result.data as T;
  throw refusal(result.response, result.error);
}

/** What a response that is none of the 2xx says. */
export function refusal(response: Response, body: unknown): Refused {
  const seconds = Number(response.headers.get('Retry-After') ?? Number.NaN);
  const refused = new Refused(problemOf(response, body), Number.isFinite(seconds) ? seconds : null);
  if (response.status === 401 && refused.kind !== 'sign-in-refused') access.onLost();
  return refused;
}

function problemOf(response: Response, body: unknown): Problem {
  if (typeof body === 'object' && body !== null && 'type' in body && 'detail' in body) return body as Problem;
  // A proxy between may answer in words of its own.
  return {
    type: `urn:parcelray:problem:http-${response.status}`,
    title: response.statusText,
    status: response.status,
    detail: `HTTP ${response.status}`,
    request_id: '',
  };
}
