import { after } from '../scratch'

/** One epoch of per-example descent. */
@unmanaged
export class StrataJob {
  /** Added to every score. */
  offset: f64
  /** Parameters of the loss. */
  first: f64
  second: f64
  /** Learning rate, and the betas of Adam. */
  rate: f64
  beta1: f64
  beta2: f64
  /** How often an example reads its user and its positive, for the penalty. */
  readUser: f64
  readItem: f64
  /** Packed tables of users and items, their trained `Segment`s and how many. */
  users: usize
  userSegments: usize
  userCount: i32
  items: usize
  itemSegments: usize
  itemCount: i32
  /** Rows of `items`. */
  height: i32
  /** Bytes of a packed row. */
  width: usize
  /** Items of each user's events, and their targets; `values` 0: every target is 1. */
  start: usize
  index: usize
  values: usize
  /** Code of the loss. */
  loss: i32
  /** Negatives of an example, and candidates from which each one is chosen by its score. */
  negatives: i32
  hard: i32
  excludeObserved: i32
  /** Subtracted from the score of each item; 0: nothing is. */
  logQ: usize
  /** The plan of the epoch, see src/epoch/plan.ts. */
  grid: i32
  bounds: usize
  pool: usize
  edges: usize
  group: usize
  /** Running sums of the popularity of the pool within each group; 0: negatives are uniform. */
  cumulative: usize
  base: u32
  /** Whether the optimizer has bias corrections. */
  corrected: i32
  /** Bytes of the first segment of both sides if `triplet` can update it, else 0. */
  paired: usize
  /** Events of each user sorted by item group, and where its groups begin, grid + 1 numbers a user; set by `bucket`. */
  place: usize
  offsets: usize
  /** Loss of each block of a stratum. */
  sums: usize
  /** Events of each block, [user group, item group], zeroed. */
  tallies: usize
}

/** Working memory of one thread. */
@unmanaged
export class StrataScratch {
  /** Gradient of a user's row. */
  gradient: usize
  /** Items of an example, their scores and slopes. */
  list: usize
  scores: usize
  slopes: usize
  /** A bit per item for each of two users, all 0 between uses. */
  observedA: usize
  observedB: usize
  /** A bit per item, all 0 between uses. */
  seen: usize
  /** A number per item group. */
  counts: usize
}

/**
 * Lays out a thread's scratch: a `StrataScratch` at `place` and its arrays behind it; `place` 0 only measures. Returns
 * the end.
 */
export function openStrataScratch(job: StrataJob, place: usize): f64 {
  const numbers = <u64>(1 + job.negatives) << 2, bits = (<u64>job.height >> 5 << 2) + 8
  const gradient = after(place, offsetof<StrataScratch>()), list = after(gradient, job.width)
  const scores = after(list, numbers + 4), slopes = after(scores, numbers), observedA = after(slopes, numbers)
  const observedB = after(observedA, bits), seen = after(observedB, bits)
  const counts = after(seen, bits), end = after(counts, <u64>job.grid << 2)
  if (place) {
    const scratch = changetype<StrataScratch>(place)
    scratch.gradient = <usize>gradient
    scratch.list = <usize>list
    scratch.scores = <usize>scores
    scratch.slopes = <usize>slopes
    scratch.observedA = <usize>observedA
    scratch.observedB = <usize>observedB
    scratch.seen = <usize>seen
    scratch.counts = <usize>counts
    memory.fill(<usize>gradient, 0, <usize>(end - gradient))
  }
  return <f64>end
}
