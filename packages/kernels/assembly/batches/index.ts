import { barrier } from '../barrier'
import { correct } from '../rules/settings'
import { bringUp, settle } from './bringup'
import { examples } from './examples'
import { Job, Scratch } from './job'
import { rows } from './rows'
import { lengths } from './unit'

/**
 * Steps from … to − 1, of a team of threads that all make this call. part 0: whole steps. 1: one step up to the scores of its lists.
 * 2: the rest of it, from the slopes of lists that are given.
 */
export function batches(job: Job, from: i32, to: i32, part: i32, thread: i32, team: i32, scratch: Scratch): void {
  if (job.unit && part != 2) {
    lengths(job.users, job.width, thread, team)
    lengths(job.items, job.width, thread, team)
    barrier(job.barrier, team)
  }
  for (let step = from; step < to; step++) {
    if (job.missed && part != 2) bringUp(job, step, thread, team, scratch)
    examples(job, step, from, part, scratch)
    if (part == 1) return
    barrier(job.barrier, team)
    correct(load<f32>(job.paces + (<usize>step << 2)), load<f32>(job.scales + (<usize>step << 2)))
    rows(job, step, thread, team, scratch)
    barrier(job.barrier, team)
    if (job.missed && (step + 1) * job.batchSize >= job.examples) {
      settle(job, job.users, step + 1, thread, team)
      settle(job, job.items, step + 1, thread, team)
      barrier(job.barrier, team)
    }
  }
}
