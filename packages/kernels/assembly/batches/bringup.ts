import { barrier } from '../barrier'
import { bring, setTaken } from '../rules/missed'
import { segmentAt, stateOf } from '../segment'
import { at } from '../vector'
import { drawShared } from './candidates'
import { Job, Scratch, Side } from './job'
import { draw } from './list'
import { inverseTeam, owner } from './owner'
import { inverseOf } from './unit'

/** A row is where `taken` steps of the pass leave it. */
function bringRow(job: Job, side: Side, row: i32, taken: i32): void {
  const place = side.rows + <usize>row * job.width
  let moved = false
  for (let s = 0; s < side.segmentCount; s++) {
    const segment = segmentAt(side.segments, s)
    if (bring(place + segment.from, stateOf(segment, row), segment.width, taken, job.missed, job.scales)) moved = true
  }
  if (moved && job.unit) store<f32>(side.inverse + (<usize>row << 2), inverseOf(place, job.width))
}

/** A row has taken so many steps of the pass. */
export function setTakenOf(side: Side, row: i32, taken: i32): void {
  for (let s = 0; s < side.segmentCount; s++) {
    const segment = segmentAt(side.segments, s)
    setTaken(stateOf(segment, row), segment.width, taken)
  }
}

/** Before a step reads rows that moved without being read: draws what it will read, and each thread brings its own rows up. */
export function bringUp(job: Job, step: i32, thread: i32, team: i32, scratch: Scratch): void {
  const first = step * job.batchSize, count = min(job.batchSize, job.examples - first)
  const candidates = 1 + job.negatives * job.of, inverse = inverseTeam(team)
  if (job.shared) drawShared(job, step, candidates, scratch)
  else {
    for (let k = thread; k < count; k += team) {
      draw(job, at(job.order, first + k), job.reads + (<usize>(k * candidates) << 2), candidates, scratch.known)
    }
    barrier(job.barrier, team)
  }
  for (let k = 0; k < count; k++) {
    const event = at(job.order, first + k), user = at(job.user, event), item = at(job.item, event)
    if (owner(user, team, inverse) == thread) bringRow(job, job.users, user, step)
    if (owner(item, team, inverse) == thread) bringRow(job, job.items, item, step)
    if (job.shared) continue
    const reads = job.reads + (<usize>(k * candidates) << 2)
    for (let place = 1; place < candidates; place++) {
      const other = at(reads, place)
      if (owner(other, team, inverse) == thread) bringRow(job, job.items, other, step)
    }
  }
  if (job.shared) {
    for (let n = 0; n < candidates - 1; n++) {
      const item = at(scratch.shared, n)
      if (owner(item, team, inverse) == thread) bringRow(job, job.items, item, step)
    }
  }
  barrier(job.barrier, team)
}

/** After the last step of a pass: every row is where the pass leaves it, and starts the next one. */
export function settle(job: Job, side: Side, taken: i32, thread: i32, team: i32): void {
  for (let row = thread; row < side.height; row += team) {
    bringRow(job, side, row, taken)
    setTakenOf(side, row, 0)
  }
}
