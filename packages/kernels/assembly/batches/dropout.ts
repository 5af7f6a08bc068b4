import { uniform } from '../random'
import { at } from '../vector'
import { BatchJob } from './layout'

/** Applies the dropout mask of the k-th example of a step to a vector: zeroes numbers and scales up the others. */
export function applyDropout(job: BatchJob, vector: usize, step: i32, k: i32): void {
  const rate = <f32>job.dropoutRate, scale = <f32>(1 / <f64>(<f32>(1 - job.dropoutRate)))
  const key = load<u32>(job.dropoutKeys + (<usize>step << 2))
  const from = at(job.dropoutRows, step * job.batchSize + k) * job.dropoutWidth
  for (let z = 0; z < job.dropoutWidth; z++) {
    const to = vector + (<usize>z << 2)
    store<f32>(to, <f32>uniform(key, from + z) >= rate ? scale * load<f32>(to) : 0)
  }
}
