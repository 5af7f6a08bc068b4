/** Something that is wrong with data, resources or numbers, for people: `kind` decides the exit code. */
export class Failure extends Error {
  constructor(
    readonly kind: 'data' | 'budget' | 'training' | 'query' | 'plugin',
    message: string,
    /** What to do about it, in one line. */
    readonly hint?: string,
  ) {
    super(message)
    this.name = 'Failure'
  }
}
