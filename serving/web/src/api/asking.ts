/** How the fields of a form are asked for. */

/** A date and time of this station as the service wants it: with its offset; undefined where nobody chose one. */
export function withOffset(local: string): string | undefined {
  return local ? new Date(local).toISOString() : undefined;
}

type Given<Query> = { [Name in keyof Query]?: Exclude<Query[Name], undefined> };

/** A query without what was left out: that is not asked for. */
export function given<Query extends object>(query: Query): Given<Query> {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as Given<Query>;
}
