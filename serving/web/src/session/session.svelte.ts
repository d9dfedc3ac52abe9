/** Who is signed in. */

import { access, answered, api, Refused, type Schema } from '../api/client';

export type Role = Schema['Role'];

interface Session {
  /** `asking` until the service has said who is there. */
  state: 'asking' | 'out' | 'in';
  name: string;
  role: Role | null;
  passwordIsDue: boolean;
  /** Whether somebody was signed in and the session ended by itself. */
  wasLost: boolean;
}

export const session: Session = $state({
  state: 'asking',
  name: '',
  role: null,
  passwordIsDue: false,
  wasLost: false,
});

access.onLost = () => {
  if (session.state === 'in') session.wasLost = true;
  leave();
};

/**
 * Asks who is signed in.
 *
 * @throws {Unreachable} the service does not answer.
 */
export async function ask(): Promise<void> {
  try {
    enter(await answered(api.GET('/v1/session')));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    leave();
  }
}

/**
 * Signs in.
 *
 * @throws {Refused} name and password do not fit, or too many sign-ins failed.
 * @throws {Unreachable} the service does not answer.
 */
export async function signIn(name: string, password: string): Promise<void> {
  enter(await answered(api.POST('/v1/session', { body: { name, password } })));
}

/** Chooses a password; throws like `signIn`. */
export async function choosePassword(current: string, chosen: string): Promise<void> {
  const body = { current_password: current, new_password: chosen };
  enter(await answered(api.POST('/v1/session/password', { body })));
}

/** Signs out; throws like `signIn`. */
export async function signOut(): Promise<void> {
  await answered(api.DELETE('/v1/session'));
  session.wasLost = false;
  leave();
}

export function has(...roles: Role[]): boolean {
  return session.role !== null && roles.includes(session.role);
}

function enter(answer: Schema['SessionAnswer']): void {
  access.csrfToken = answer.csrf_token;
  Object.assign(session, {
    state: 'in',
    name: answer.name,
    role: answer.role,
    passwordIsDue: answer.password_is_due,
    wasLost: false,
  });
}

function leave(): void {
  access.csrfToken = '';
  Object.assign(session, { state: 'out', role: null, passwordIsDue: false });
}
