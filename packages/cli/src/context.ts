import type { Host } from './host.js'

/** What a command is given beside its arguments; a command that failed softly leaves its exit code here. */
export interface Context {
  readonly host: Host
  code: number
}

/** The one JSON line that ends standard output under `--json`. */
export const answer = ({ host }: Context, value: unknown): void => host.out(`${JSON.stringify(value)}\n`)
