import type { Interval } from '../model/model.js'

/** Decides when the next checkpoint of a phase is due. */
export interface CheckpointSchedule {
  isDue(step: number): boolean
  /** Records that a checkpoint was written. */
  written(step: number): void
}

/** The checkpoint schedule of a phase that starts at step `from`; `now` is in seconds. */
export const checkpointSchedule = (
  every: Interval | undefined,
  from: number,
  now: () => number,
): CheckpointSchedule => {
  if (!every) return { isDue: () => false, written: () => {} }
  return 'steps' in every ? bySteps(every.steps, from) : byTime(every.seconds, now)
}

/** Due at the first opportunity at or after each multiple: a resumed run continues the same schedule. */
const bySteps = (every: number, from: number): CheckpointSchedule => {
  let last = from
  return {
    isDue: (step) => Math.floor(step / every) > Math.floor(last / every),
    written: (step) => {
      last = step
    },
  }
}

const byTime = (every: number, now: () => number): CheckpointSchedule => {
  let last = now()
  return {
    isDue: () => now() - last >= every,
    written: () => {
      last = now()
    },
  }
}
