import { barrier } from '../barrier'
import { catchUp, setSteps } from '../optimizers/deferred'
import { segmentAt, stateOf } from '../segment'
import { at } from '../vector'
import { BatchJob, BatchScratch, BatchSide, candidatesOf } from './layout'
import { drawNegatives } from './negatives'
import { inverseNorm } from './normalize'
import { inverseTeam, owner } from './owner'
import { drawShared } from './sharednegatives'

/** Applies the deferred updates of a row, so that it has taken `steps` steps of the pass. */
function catchUpRow(job: BatchJob, side: BatchSide, row: i32, steps: i32): void {
  const place = side.rows + <usize>row * job.width, table = job.catchUpTable, scales = job.varianceScales
  let moved = false
  for (let s = 0; s < side.segmentCount; s++) {
    const segment = segmentAt(side.segments, s)
    if (catchUp(place + segment.from, stateOf(segment, row), segment.width, steps, table, scales)) moved = true
  }
  if (moved && job.normalized) store<f32>(side.inverseNorms + (<usize>row << 2), inverseNorm(place, job.width))
}

/** Records how many steps of the pass a row has taken. */
export function setRowSteps(side: BatchSide, row: i32, steps: i32): void {
  for (let s = 0; s < side.segmentCount; s++) {
    const segment = segmentAt(side.segments, s)
    setSteps(stateOf(segment, row), segment.width, steps)
  }
}

/**
 * Before a step: draws the negatives of its examples, then each thread catches up those rows it owns that the step
 * reads.
 */
export function catchUpRead(job: BatchJob, step: i32, thread: i32, team: i32, scratch: BatchScratch): void {
  const first = step * job.batchSize, count = min(job.batchSize, job.examples - first)
  const candidates = candidatesOf(job), inverse = inverseTeam(team)
  if (job.shared) drawShared(job, step, candidates, scratch)
  else {
    for (let k = thread; k < count; k += team) {
      const reads = job.reads + (<usize>(k * candidates) << 2)
      drawNegatives(job, at(job.order, first + k), reads, candidates, scratch.known)
    }
    barrier(job.barrier, team)
  }
  for (let k = 0; k < count; k++) {
    const event = at(job.order, first + k), user = at(job.user, event), item = at(job.item, event)
    if (owner(user, team, inverse) == thread) catchUpRow(job, job.users, user, step)
    if (owner(item, team, inverse) == thread) catchUpRow(job, job.items, item, step)
    if (job.shared) continue
    const reads = job.reads + (<usize>(k * candidates) << 2)
    for (let column = 1; column < candidates; column++) {
      const negative = at(reads, column)
      if (owner(negative, team, inverse) == thread) catchUpRow(job, job.items, negative, step)
    }
  }
  if (job.shared) {
    for (let n = 0; n < candidates - 1; n++) {
      const item = at(scratch.shared, n)
      if (owner(item, team, inverse) == thread) catchUpRow(job, job.items, item, step)
    }
  }
  barrier(job.barrier, team)
}

/** After the last step of a pass: applies all deferred updates and resets the step counts for the next pass. */
export function flush(job: BatchJob, side: BatchSide, steps: i32, thread: i32, team: i32): void {
  for (let row = thread; row < side.height; row += team) {
    catchUpRow(job, side, row, steps)
    setRowSteps(side, row, 0)
  }
}
