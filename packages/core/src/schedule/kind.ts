import type { Static, TObject, TProperties } from 'typebox'

/** One shape that a number may take over a run. */
export interface ScheduleKind<P extends TProperties = TProperties> {
  readonly summary: string
  /** Beside `type`, `steps` or `epochs`, and `warmup`. */
  readonly params: P
  /** The value once a share of its steps or epochs is over: 0 at its start, beyond 1 after its end. */
  at(params: Static<TObject<P>>, share: number): number
}

/** Checks a kind's types without losing them. */
export const scheduleKind = <P extends TProperties>(kind: ScheduleKind<P>): ScheduleKind<P> => kind
