import { follow } from '../segment'
import { add, at } from '../vector'
import { setTakenOf } from './bringup'
import { Job, Scratch, Side } from './job'
import { inverseTeam, owner } from './owner'
import { inverseOf, LONGEST } from './unit'

/** The sum of a row in this step: Σ slope · other, then Σ slope · score and its readings; zeros where it is new. */
// @ts-ignore: decorator
@inline
function sumOf(side: Side, row: i32, width: usize, rows: usize, sums: usize, count: i32): i32 {
  const slot = at(side.slotOf, row)
  if (slot >= 0) return slot
  store<i32>(side.slotOf + (<usize>row << 2), count)
  store<i32>(rows + (<usize>count << 2), row)
  memory.fill(sums + <usize>count * (width + 16), 0, width + 16)
  return count
}

// @ts-ignore: decorator
@inline
function gain(to: usize, width: usize, turn: f32, readings: f32): void {
  store<f32>(to + width, load<f32>(to + width) + turn)
  store<f32>(to + width, load<f32>(to + width, 4) + readings, 4)
}

/** Every row with a sum takes its step. */
function moveRows(job: Job, side: Side, step: i32, rows: usize, sums: usize, count: i32, share: f32): void {
  const width = job.width, unit = job.unit != 0
  for (let slot = 0; slot < count; slot++) {
    const row = at(rows, slot), place = side.rows + <usize>row * width, sum = sums + <usize>slot * (width + 16)
    const inverse = side.inverse + (<usize>row << 2)
    let scale: f32 = 1, across: f32 = 0
    if (unit) {
      scale = load<f32>(inverse)
      if (scale < LONGEST) across = load<f32>(sum + width) * scale * scale
    }
    const readings = load<f32>(sum + width, 4)
    follow(place, row, side.segments, side.segmentCount, scale * share, sum, readings, across, share)
    if (unit) store<f32>(inverse, inverseOf(place, width))
    if (job.missed) setTakenOf(side, row, step + 1)
    store<i32>(side.slotOf + (<usize>row << 2), -1)
  }
}

/** Rows that this thread owns, those ≡ thread (mod team), sum up their contributions in the order of examples and move. */
export function rows(job: Job, step: i32, thread: i32, team: i32, scratch: Scratch): void {
  const first = step * job.batchSize, count = min(job.batchSize, job.examples - first)
  const width = job.width, candidates = 1 + job.negatives * job.of, unit = job.unit != 0
  const share = <f32>(1 / <f64>count), sums = scratch.itemSums
  const inverse = inverseTeam(team)
  let met = 0
  for (let k = 0; k < count; k++) {
    const wide = <usize>(k * candidates) << 2, x = job.vectors + <usize>k * width
    for (let place = 0; place < candidates; place++) {
      const here = wide + (<usize>place << 2), slope = load<f32>(job.slopes + here)
      // what all examples share was met with the first of them
      if (slope == 0 && job.shared && k > 0 && place > 0) continue
      const row = load<i32>(job.reads + here)
      if (owner(row, team, inverse) != thread) continue
      const slot = sumOf(job.items, row, width, scratch.itemRows, sums, met)
      if (slot == met) met++
      const to = sums + <usize>slot * (width + 16)
      if (slope != 0) add(to, x, slope, width)
      const readings = <f32>(place == 0 ? job.readItem : job.readCandidate)
      gain(to, width, unit ? load<f32>(job.turns + here) : 0, readings)
    }
  }
  moveRows(job, job.items, step, scratch.itemRows, sums, met, share)
  met = 0
  for (let k = 0; k < count; k++) {
    const row = at(job.user, at(job.order, first + k))
    if (owner(row, team, inverse) != thread) continue
    const slot = sumOf(job.users, row, width, scratch.userRows, scratch.userSums, met)
    if (slot == met) met++
    const to = scratch.userSums + <usize>slot * (width + 16)
    add(to, job.along + <usize>k * width, 1, width)
    gain(to, width, load<f32>(job.turned + (<usize>k << 2)), <f32>job.readUser)
  }
  moveRows(job, job.users, step, scratch.userRows, scratch.userSums, met, share)
}
