import { uniform } from '../random'
import { at } from '../vector'
import { Job } from './job'

/** Sets numbers of the vector of the k-th example of a step to 0, and scales up the others: what its user's vector and its gradient lose. */
export function dropOut(job: Job, vector: usize, step: i32, k: i32): void {
  const rate = <f32>job.dropoutRate, scale = <f32>(1 / <f64>(<f32>(1 - job.dropoutRate))), key = load<u32>(job.dropoutKeys + (<usize>step << 2))
  const from = at(job.dropoutPlaces, step * job.batchSize + k) * job.dropoutWidth
  for (let z = 0; z < job.dropoutWidth; z++) {
    const to = vector + (<usize>z << 2)
    store<f32>(to, <f32>uniform(key, from + z) >= rate ? scale * load<f32>(to) : 0)
  }
}
