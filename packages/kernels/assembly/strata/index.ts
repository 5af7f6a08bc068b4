import { mark } from '../bits'
import { begin, end } from '../losses/sum'
import { setStep } from '../optimizers/settings'
import { mix, permute } from '../random'
import { at } from '../vector'
import { trainExample } from './example'
import { StrataJob, StrataScratch } from './layout'

export { bucket } from './bucket'
export { openStrataScratch } from './layout'

/** Sets or clears the bits of the items of a user's events in this block. */
// @ts-ignore: decorator
@inline
function markObserved(job: StrataJob, events: usize, count: i32, observed: usize, set: bool): void {
  for (let m = 0; m < count; m++) {
    mark(observed, at(job.index, at(events, m)), set)
  }
}

/**
 * One block: users in the order of memory, the events of each in random order. Two users alternate, which hides the
 * latency of memory: the rows of one load while the other computes.
 */
function block(job: StrataJob, b: i32, g: i32, power1: f64, power2: f64, scratch: StrataScratch): f64 {
  const grid = job.grid, edge = at(job.edges, g), size = at(job.edges, g + 1) - edge
  const last = at(job.bounds, b + 1)
  const popular = job.cumulative + (<usize>(edge + size - 1) << 3)
  const count = job.cumulative && !(load<f64>(popular) > 0) ? 0 : job.negatives
  const rate = job.rate
  const observedA: usize = job.excludeObserved ? scratch.observedA : 0
  const observedB: usize = job.excludeObserved ? scratch.observedB : 0
  begin()
  for (let user = at(job.bounds, b); user < last; user += 2) {
    const placesA = job.offsets + (<usize>(user * (grid + 1) + g) << 2), placesB = placesA + (<usize>(grid + 1) << 2)
    const eventsA = job.place + (<usize>at(placesA, 0) << 2), countA = at(placesA, 1) - at(placesA, 0)
    const alone = user + 1 == last
    const eventsB = alone ? eventsA : job.place + (<usize>at(placesB, 0) << 2)
    const countB = alone ? 0 : at(placesB, 1) - at(placesB, 0)
    const keyA = mix(mix(job.base, user), g), drawsA = mix(keyA, 1)
    const keyB = mix(mix(job.base, user + 1), g), drawsB = mix(keyB, 1)
    permute(eventsA, countA, mix(keyA, 0))
    permute(eventsB, countB, mix(keyB, 0))
    if (job.excludeObserved) {
      markObserved(job, eventsA, countA, observedA, true)
      markObserved(job, eventsB, countB, observedB, true)
    }
    let drawA: u32 = 0, drawB: u32 = 0
    for (let m = 0; m < countA || m < countB; m++) {
      for (let second = 0; second < 2; second++) {
        if (m >= (second ? countB : countA)) continue
        if (job.corrected) {
          power1 *= job.beta1
          power2 *= job.beta2
          setStep(<f32>(rate / (1 - power1)), <f32>(1 / (1 - power2)))
        }
        if (second) {
          drawB = trainExample(
            job, scratch, edge, size, count, user + 1, at(eventsB, m), drawsB, drawB, observedB,
          )
        } else {
          drawA = trainExample(job, scratch, edge, size, count, user, at(eventsA, m), drawsA, drawA, observedA)
        }
      }
    }
    if (job.excludeObserved) {
      markObserved(job, eventsA, countA, observedA, false)
      markObserved(job, eventsB, countB, observedB, false)
    }
  }
  return end()
}

/**
 * The blocks of one stratum: no two share a row (Gemulla et al., KDD 2011). Threads share the cursor. power1 and power2
 * are the betas to the power of the steps before the stratum.
 */
export function stratum(
  job: StrataJob, number: i32, power1: f64, power2: f64, scratch: StrataScratch, cursor: usize,
): void {
  const grid = job.grid
  for (;;) {
    const b = atomic.add<i32>(cursor, 1)
    if (b >= grid) return
    store<f64>(job.sums + (<usize>b << 3), block(job, b, (b + number) % grid, power1, power2, scratch))
  }
}
