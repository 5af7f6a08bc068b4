import type { Interval } from '../model/model.js'

/** Knows when the next checkpoint of a phase is due. */
export interface CheckpointSchedule {
  isDue(step: number): boolean
  /** Told of a checkpoint that was written. */
  kept(step: number): void
}

/** The rhythm of a phase that stands at step `from`; `now` is in seconds. */
export const checkpointSchedule = (
  every: Interval | undefined,
  from: number,
  now: () => number,
): CheckpointSchedule => {
  if (!every) return { isDue: () => false, kept: () => {} }
  return 'steps' in every ? bySteps(every.steps, from) : byTime(every.seconds, now)
}

/** The first occasion at or after each multiple: a resumed run keeps the rhythm of the one that was stopped. */
const bySteps = (every: number, from: number): CheckpointSchedule => {
  let last = from
  return {
    isDue: (step) => Math.floor(step / every) > Math.floor(last / every),
    kept: (step) => {
      last = step
    },
  }
}

const byTime = (every: number, now: () => number): CheckpointSchedule => {
  let last = now()
  return {
    isDue: () => now() - last >= every,
    kept: () => {
      last = now()
    },
  }
}
