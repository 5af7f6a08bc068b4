import { at } from '../vector'
import { StrataJob, StrataScratch } from './layout'

/** Sorts the events of every user by the item groups of this epoch; threads take groups of users. */
export function bucket(job: StrataJob, scratch: StrataScratch, cursor: usize): void {
  const grid = job.grid, counts = scratch.counts
  for (;;) {
    const b = atomic.add<i32>(cursor, 1)
    if (b >= grid) return
    for (let user = at(job.bounds, b); user < at(job.bounds, b + 1); user++) {
      const first = at(job.start, user), last = at(job.start, user + 1)
      const offsets = job.offsets + (<usize>user * <usize>(grid + 1) << 2)
      memory.fill(counts, 0, <usize>grid << 2)
      for (let e = first; e < last; e++) {
        const g = at(job.group, at(job.index, e))
        if (g < 0) continue
        const to = counts + (<usize>g << 2)
        store<i32>(to, load<i32>(to) + 1)
      }
      let next = first
      for (let g = 0; g < grid; g++) {
        store<i32>(offsets + (<usize>g << 2), next)
        next += at(counts, g)
        const tally = job.tallies + (<usize>(b * grid + g) << 2)
        store<i32>(tally, load<i32>(tally) + at(counts, g))
        store<i32>(counts + (<usize>g << 2), at(offsets, g))
      }
      store<i32>(offsets + (<usize>grid << 2), next)
      for (let e = first; e < last; e++) {
        const g = at(job.group, at(job.index, e))
        if (g < 0) continue
        const to = counts + (<usize>g << 2), place = load<i32>(to)
        store<i32>(job.place + (<usize>place << 2), e)
        store<i32>(to, place + 1)
      }
    }
  }
}
