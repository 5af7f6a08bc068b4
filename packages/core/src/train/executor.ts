import type { Schedule } from '../schedule/index.js'

/** What every gradient solver's document may say. */
export interface DescentParams {
  readonly learningRate: Schedule
  readonly epochs: number
  /** Absent: 1 where the fused executor trains, 256 elsewhere. */
  readonly batchSize?: number
  /** Share of a number that a step takes away, times the rate; absent: none. */
  readonly weightDecay?: number
  /** The longest gradient of a step; absent: any. */
  readonly clipNorm?: number
  readonly stop?: { readonly metric: string; readonly patience: number }
}

/** How far into an epoch training is. */
export interface Position {
  readonly steps: number
  readonly loss: number
}

/** Trains for one epoch at a time; both executors take the same steps for the same batches. */
export interface Executor {
  readonly examples: number
  /** Optimizer steps of one epoch. */
  readonly steps: number
  /** Goes on from `begun` to the end of the epoch, or until the signal. Loss is summed over examples, without l2. */
  epoch(
    number: number,
    rate: (step: number) => number,
    signal: AbortSignal | undefined,
    begun: Position,
  ): Promise<Position>
  /** Optimizer state by name, the arrays themselves. */
  readonly state: ReadonlyMap<string, Float32Array>
}
