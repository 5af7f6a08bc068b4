/**
 * Something that is wrong with data, resources, numbers, a plugin or an engine, for people: `kind` decides the exit
 * code.
 */
export class Failure extends Error {
  constructor(
    readonly kind: 'data' | 'budget' | 'training' | 'query' | 'plugin' | 'engine',
    message: string,
    /** What to do about it, in one line. */
    readonly hint?: string,
    /** What a plugin threw. */
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'Failure'
  }
}
