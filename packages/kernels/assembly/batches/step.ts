import { updateSegments } from '../segment'
import { add, at } from '../vector'
import { setRowSteps } from './catchup'
import { BatchJob, BatchScratch, BatchSide, candidatesOf, SUM_TAIL } from './layout'
import { inverseNorm, MAX_INVERSE_NORM } from './normalize'
import { inverseTeam, owner } from './owner'

/**
 * Index of a row's gradient sum in this step: Σ slope · other vector, then Σ slope · cosine and its readings. `count`
 * and zeros where the row is new.
 */
// @ts-ignore: decorator
@inline
function sumIndexOf(side: BatchSide, row: i32, width: usize, rows: usize, sums: usize, count: i32): i32 {
  const index = at(side.sumIndex, row)
  if (index >= 0) return index
  store<i32>(side.sumIndex + (<usize>row << 2), count)
  store<i32>(rows + (<usize>count << 2), row)
  memory.fill(sums + <usize>count * (width + SUM_TAIL), 0, width + SUM_TAIL)
  return count
}

// @ts-ignore: decorator
@inline
function addReading(to: usize, width: usize, radial: f32, readings: f32): void {
  store<f32>(to + width, load<f32>(to + width) + radial)
  store<f32>(to + width, load<f32>(to + width, 4) + readings, 4)
}

/** One optimizer step of every row that has a gradient sum. */
function updateRows(
  job: BatchJob, side: BatchSide, normalized: bool, step: i32, rows: usize, sums: usize, count: i32, share: f32,
): void {
  const width = job.width
  for (let index = 0; index < count; index++) {
    const row = at(rows, index), place = side.rows + <usize>row * width, sum = sums + <usize>index * (width + SUM_TAIL)
    const inverse = side.inverseNorms + (<usize>row << 2)
    let scale: f32 = 1, radial: f32 = 0
    if (normalized) {
      scale = load<f32>(inverse)
      if (scale < MAX_INVERSE_NORM) radial = load<f32>(sum + width) * scale * scale
    }
    const readings = load<f32>(sum + width, 4)
    updateSegments(place, row, side.segments, side.segmentCount, scale * share, sum, readings, radial, share)
    if (normalized) store<f32>(inverse, inverseNorm(place, width))
    if (job.catchUpTable) setRowSteps(side, row, step + 1)
    store<i32>(side.sumIndex + (<usize>row << 2), -1)
  }
}

/** The rows that this thread owns sum their gradients in the order of examples, then take one optimizer step. */
export function updateStep(job: BatchJob, step: i32, thread: i32, team: i32, scratch: BatchScratch): void {
  const first = step * job.batchSize, count = min(job.batchSize, job.examples - first)
  const width = job.width, candidates = candidatesOf(job), normalized = job.normalized != 0
  const share = <f32>(1 / <f64>count), sums = scratch.itemSums
  const inverse = inverseTeam(team)
  let met = 0
  for (let k = 0; k < count; k++) {
    const wide = <usize>(k * candidates) << 2, x = job.userVectors + <usize>k * width
    for (let column = 0; column < candidates; column++) {
      const here = wide + (<usize>column << 2), slope = load<f32>(job.slopes + here)
      // shared candidates are read by every example: the first one has added them to the list of rows
      if (slope == 0 && job.shared && k > 0 && column > 0) continue
      const row = load<i32>(job.reads + here)
      if (owner(row, team, inverse) != thread) continue
      const index = sumIndexOf(job.items, row, width, scratch.itemRows, sums, met)
      if (index == met) met++
      const to = sums + <usize>index * (width + SUM_TAIL)
      if (slope != 0) add(to, x, slope, width)
      const readings = <f32>(column == 0 ? job.readItem : job.readCandidate)
      addReading(to, width, normalized ? load<f32>(job.radials + here) : 0, readings)
    }
  }
  updateRows(job, job.items, normalized, step, scratch.itemRows, sums, met, share)
  met = 0
  for (let k = 0; k < count; k++) {
    const row = at(job.user, at(job.order, first + k))
    if (owner(row, team, inverse) != thread) continue
    const index = sumIndexOf(job.users, row, width, scratch.userRows, scratch.userSums, met)
    if (index == met) met++
    const to = scratch.userSums + <usize>index * (width + SUM_TAIL)
    add(to, job.userGradients + <usize>k * width, 1, width)
    addReading(to, width, load<f32>(job.userRadials + (<usize>k << 2)), <f32>job.readUser)
  }
  updateRows(job, job.users, normalized && !job.dropoutFirst, step, scratch.userRows, scratch.userSums, met, share)
}
