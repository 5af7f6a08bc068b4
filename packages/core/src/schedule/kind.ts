import type { Static, TObject, TProperties } from 'typebox'

/** A kind of schedule. */
export interface ScheduleKind<P extends TProperties = TProperties> {
  readonly summary: string
  /** Parameters other than `type`, `steps` or `epochs`, and `warmup`. */
  readonly params: P
  /** The value after a share of its steps or epochs: 0 at the start, more than 1 after the end. */
  at(params: Static<TObject<P>>, share: number): number
  /** The same as an expression of Python: `s` has the parameters, `m` the functions of numpy or of `keras.ops`. */
  readonly keras: string
}

/** Defines a kind of schedule. */
export const scheduleKind = <P extends TProperties>(kind: ScheduleKind<P>): ScheduleKind<P> => kind
