import { judge } from '../losses/index'
import { begin, end as sum } from '../losses/sum'
import { add, at } from '../vector'
import { Job, Scratch } from './job'
import { draw, list } from './list'
import { drawShared, foundOf, pack, scoreShared } from './candidates'
import { dropOut } from './dropout'

/** Examples that a thread takes at a time: their losses are one sum, whoever takes them. */
const BLOCK: i32 = 8

/** What slopes of a list mean for what the example reads, and for its user. */
function spread(job: Job, step: i32, k: i32, slopes: usize): void {
  const width = job.width, candidates = 1 + job.negatives * job.of
  const wide = <usize>(k * candidates) << 2, lists = <usize>(k * (1 + job.negatives)) << 2
  const along = job.along + <usize>k * width, length = at(job.lengths, k)
  memory.fill(job.slopes + wide, 0, <usize>candidates << 2)
  if (job.unit) memory.fill(job.turns + wide, 0, <usize>candidates << 2)
  memory.fill(along, 0, width)
  let turned: f32 = 0
  for (let j = 0; j < length; j++) {
    const slope = load<f32>(slopes + (<usize>j << 2))
    if (slope == 0) continue
    const place = wide + (<usize>at(job.places + lists, j) << 2), item = <usize>at(job.reads, <i32>(place >> 2))
    store<f32>(job.slopes + place, slope)
    let scale = slope
    if (job.unit) {
      const cosine = load<f32>(job.scores + lists + (<usize>j << 2)) - <f32>job.shift +
        (job.logQ ? load<f32>(job.logQ + (item << 2)) : 0)
      store<f32>(job.turns + place, slope * cosine)
      turned += slope * cosine
      scale *= load<f32>(job.items.inverse + (item << 2))
    }
    add(along, job.items.rows + item * width, scale, width)
  }
  if (job.dropoutWidth) dropOut(job, along, step, k)
  store<f32>(job.turned + (<usize>k << 2), turned)
}

/** The user's row of an example as the step finds it, of length 1 where scores are cosines. */
// @ts-ignore: decorator
@inline
function keep(job: Job, k: i32, step: i32, event: i32): void {
  const width = job.width, row = <usize>at(job.user, event), to = job.vectors + <usize>k * width
  memory.fill(to, 0, width)
  add(to, job.users.rows + row * width, job.unit ? load<f32>(job.users.inverse + (row << 2)) : 1, width)
  if (job.dropoutWidth) dropOut(job, to, step, k)
}

/** Examples of a step, threads sharing its cursor: all of it, or up to the scores of lists, or from the slopes of lists. */
export function examples(job: Job, step: i32, from: i32, part: i32, scratch: Scratch): void {
  const first = step * job.batchSize, count = min(job.batchSize, job.examples - first)
  const cursor = job.cursors + (<usize>(step - from) << 2), blocks = (job.batchSize + BLOCK - 1) / BLOCK
  const candidates = 1 + job.negatives * job.of
  if (job.shared && part != 2) {
    // rows that move unread were brought up by who drew them
    if (!job.missed) drawShared(job, step, candidates, scratch)
    pack(job, candidates, scratch)
  }
  for (;;) {
    const b = atomic.add<i32>(cursor, 1)
    if (b * BLOCK >= count) return
    begin()
    const start = b * BLOCK, end = min(count, start + BLOCK)
    if (part != 2) {
      for (let k = start; k < end; k++) keep(job, k, step, at(job.order, first + k))
      if (job.shared) scoreShared(job, start, end - start, candidates, scratch)
    }
    for (let k = start; k < end; k++) {
      const event = at(job.order, first + k)
      const lists = <usize>(k * (1 + job.negatives)) << 2
      if (part != 2) {
        const reads = job.reads + (<usize>(k * candidates) << 2)
        store<i32>(reads, at(job.item, event))
        if (job.shared) memory.copy(reads + 4, scratch.shared, <usize>(candidates - 1) << 2)
        else if (!job.missed) draw(job, event, reads, candidates, scratch.known)
        const found = job.shared ? foundOf(scratch, k - start, candidates) : scratch.found
        list(job, event, k, reads, candidates, found, scratch)
      }
      if (part == 0) {
        const target = job.target ? <f64>load<f32>(job.target + (<usize>event << 2)) : 1
        judge(job.loss, job.first, job.second, job.scores + lists, at(job.lengths, k), target, scratch.slopes)
        spread(job, step, k, scratch.slopes)
      }
      if (part == 2) spread(job, step, k, job.given + lists)
    }
    store<f64>(job.losses + (<usize>((step - from) * blocks + b) << 3), sum())
  }
}
