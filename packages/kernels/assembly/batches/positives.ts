import { dot } from '../dots'
import { at } from '../vector'
import { BatchJob } from './layout'

/** The score of an item for a user's vector, over the temperature, as the scores of lists are computed. */
// @ts-ignore: decorator
@inline
function scaledScore(job: BatchJob, vector: usize, item: usize): f64 {
  let score = dot(vector, job.items.rows + item * job.width, job.width)
  if (job.normalized) score *= load<f32>(job.items.inverseNorms + (item << 2))
  return (<f64>score + job.offset) / job.first
}

/** The log of the mean of e^(score / temperature) over the items of all examples of a user in a step. */
export function meanOfPositives(job: BatchJob, place: i32, vector: usize): f64 {
  const from = at(job.positivesStart, place), to = at(job.positivesStart, place + 1)
  const first = scaledScore(job, vector, <usize>at(job.positivesItem, from))
  if (to - from == 1) return first
  let most = first
  for (let p = from + 1; p < to; p++) most = max(most, scaledScore(job, vector, <usize>at(job.positivesItem, p)))
  let sum: f64 = 0
  for (let p = from; p < to; p++) sum += Math.exp(scaledScore(job, vector, <usize>at(job.positivesItem, p)) - most)
  return most + Math.log(sum / <f64>(to - from))
}
