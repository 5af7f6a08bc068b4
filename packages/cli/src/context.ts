import type { Host } from './host.js'

/** The context of a command; a command that ends without throwing sets `code`. */
export interface Context {
  readonly host: Host
  /** The command line as it was given. */
  readonly argv: readonly string[]
  code: number
}

/** Prints the JSON object that `--json` promises as the last line of standard output. */
export const answer = ({ host }: Context, value: unknown): void => host.out(`${JSON.stringify(value)}\n`)
