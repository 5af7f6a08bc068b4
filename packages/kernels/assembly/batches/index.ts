import { barrier } from '../barrier'
import { setStep } from '../optimizers/settings'
import { catchUpRead, flush } from './catchup'
import { examples } from './examples'
import { BatchJob, BatchScratch } from './layout'
import { inverseNorms } from './normalize'
import { updateStep } from './step'

export { openBatchJob, openBatchScratch } from './layout'

/**
 * Mini-batch steps from … to − 1; every thread of a team makes this call. part 0: whole steps. 1: one step up to the
 * scores of its lists. 2: the rest of that step, from slopes that the host wrote.
 */
export function batches(
  job: BatchJob, from: i32, to: i32, part: i32, thread: i32, team: i32, scratch: BatchScratch,
): void {
  if (job.normalized && part != 2) {
    inverseNorms(job.users, job.width, thread, team)
    inverseNorms(job.items, job.width, thread, team)
    barrier(job.barrier, team)
  }
  for (let step = from; step < to; step++) {
    if (job.catchUpTable && part != 2) catchUpRead(job, step, thread, team, scratch)
    examples(job, step, from, part, scratch)
    if (part == 1) return
    barrier(job.barrier, team)
    setStep(load<f32>(job.stepSizes + (<usize>step << 2)), load<f32>(job.varianceScales + (<usize>step << 2)))
    updateStep(job, step, thread, team, scratch)
    barrier(job.barrier, team)
    if (job.catchUpTable && (step + 1) * job.batchSize >= job.examples) {
      flush(job, job.users, step + 1, thread, team)
      flush(job, job.items, step + 1, thread, team)
      barrier(job.barrier, team)
    }
  }
}
