import { penalties } from '../epoch/plan.js'
import type { FusedBatches, FusedDropout, FusedSide } from '../kernels.js'
import { losses } from '../losses/index.js'
import { uniform } from '../random.js'
import type { Place } from '../rules/follow.js'
import { drifts, slots, steps } from '../rules/index.js'
import { drawsOf } from './draw.js'

/** Rows shorter than this are scaled to length 1 as if they were that long. */
const SHORT = 1e-6

/** What the examples of a step add up to on one row: Σ slope · other, Σ slope · score, and how often it was read. */
interface Sum {
  readonly along: Float64Array
  turned: number
  readings: number
}

/** A side at work: contributions by row, and the step that follows them. */
const sideOf = ({ rule, unit, users, rates, step: before }: FusedBatches, side: FusedSide) => {
  const { width } = users
  const factor = penalties(side)
  const { move, missed } = steps[rule.name]
  const table = missed && drifts(rule, rates, before)
  const sums = new Map<number, Sum>()
  const inverse = (row: number): number => {
    if (!unit) return 1
    let squares = 0
    for (let z = 0; z < width; z++) squares += side.rows[row * width + z]! ** 2
    return 1 / Math.max(Math.sqrt(squares), SHORT)
  }
  /** The trained tables of a row. */
  const parts = side.segments.flatMap(({ from, width: size, trained }, s) =>
    trained ? [{ from, size, state: side.state[s]!, factor: factor[s]! }] : [],
  )
  const placeOf = (row: number, { from, size, state }: (typeof parts)[number]): Place => ({
    values: side.rows,
    at: row * width + from,
    state,
    slot: row * slots(rule, size),
    width: size,
  })
  /** Brings a row up that was not read for a while. */
  const bring = (row: number, taken: number) => {
    if (missed) for (const part of parts) missed.bring(rule.parameters, placeOf(row, part), table!, before, taken)
  }
  return {
    inverse,
    bring,
    /** Every row is where the pass leaves it, and starts the next one. */
    settle() {
      if (!missed) return
      for (let row = 0; row < side.rows.length / width; row++) {
        bring(row, rates.length)
        for (const part of parts) missed.setTaken(placeOf(row, part), 0)
      }
    },
    add(row: number, other: Float64Array, slope: number, turned: number, readings: number) {
      const sum = sums.get(row) ?? { along: new Float64Array(width), turned: 0, readings: 0 }
      sums.set(row, sum)
      for (let z = 0; z < width; z++) sum.along[z]! += slope * other[z]!
      sum.turned += turned
      sum.readings += readings
    },
    /** Every row that was read takes step `step` of the pass; along a unit vector only what is across the row counts. */
    move(examples: number, rate: number, step: number) {
      for (const [row, { along, turned, readings }] of sums) {
        const scale = inverse(row)
        const across = unit && scale < 1 / SHORT ? turned * scale * scale : 0
        for (const part of parts) {
          const { from, size, factor } = part
          const place = placeOf(row, part)
          const penalty = (readings * factor[row]! - across) / examples
          const gradient = Float64Array.from(
            { length: size },
            (_, z) => (scale * along[from + z]!) / examples + penalty * side.rows[place.at + z]!,
          )
          move(rule.parameters, place, gradient, rate, before + step + 1)
          missed?.setTaken(place, step + 1)
        }
      }
      sums.clear()
    },
  }
}

/** Sets numbers of the vector of a place in the order to 0, and scales up the others. */
const dropOut = (
  { rate, width, keys, places }: FusedDropout,
  vector: Float64Array,
  step: number,
  place: number,
): void => {
  const least = Math.fround(rate)
  const scale = Math.fround(1 / Math.fround(1 - rate))
  for (let z = 0; z < width; z++) {
    const kept = Math.fround(uniform(keys[step]! >>> 0, places[place]! * width + z)) >= least
    vector[z] = kept ? scale * vector[z]! : 0
  }
}

/** Mini-batch descent, steps `from` … `to` − 1 of a pass; returns the loss summed before each update. */
export const batches = (work: FusedBatches, from: number, to: number): number => {
  const { user, item, target, order, batchSize, negatives, readings, unit, loss, offset, dropout } = work
  const { count, of, logQ } = negatives
  const { width } = work.users
  const users = sideOf(work, work.users)
  const items = sideOf(work, work.items)
  const draws = drawsOf(work)
  const candidates = 1 + count * of
  /** Items that an example reads, its own first; of those in its list, where they stand here. */
  const list = new Int32Array(candidates)
  const places = new Int32Array(1 + count)
  const scores = new Float32Array(1 + count)
  const slopes = new Float64Array(1 + count)
  const spread = new Float64Array(candidates)
  const once = work.shared ? 0 : 1 / of
  const x = new Float64Array(width)
  const y = new Float64Array(width)
  const along = new Float64Array(width)

  /** y becomes the row of an item, of length 1 where asked; its dot product with x. */
  const read = (row: number): number => {
    const scale = items.inverse(row)
    let score = 0
    for (let z = 0; z < width; z++) {
      y[z] = scale * work.items.rows[row * width + z]!
      score += x[z]! * y[z]!
    }
    return score
  }
  const scored = (row: number): number => read(row) + offset - (logQ ? logQ[row]! : 0)

  /** Draws what an example reads and scores its list: its own item, and of each group of candidates the best; how long it is. */
  const drawList = (event: number, step: number): number => {
    list[0] = item[event]!
    items.bring(list[0]!, step)
    scores[0] = scored(list[0]!)
    places[0] = 0
    let length = 1
    for (let n = 0; n < count; n++) {
      let found = false
      for (let place = 1 + n * of; place < 1 + (n + 1) * of; place++) {
        const row = work.shared ? draws.shared(step, place - 1) : draws.own(event, place - 1)
        list[place] = row
        items.bring(row, step)
        if (work.shared && draws.refused(event, row)) continue
        const score = Math.fround(scored(row))
        if (found && !(score > scores[length]!)) continue
        found = true
        places[length] = place
        scores[length] = score
      }
      if (found) length++
    }
    return length
  }

  let sum = 0
  for (let step = from; step < to; step++) {
    const chosen = order.subarray(step * batchSize, (step + 1) * batchSize)
    for (const [k, event] of chosen.entries()) {
      users.bring(user[event]!, step)
      const scale = users.inverse(user[event]!)
      for (let z = 0; z < width; z++) x[z] = scale * work.users.rows[user[event]! * width + z]!
      if (dropout) dropOut(dropout, x, step, step * batchSize + k)
      const length = drawList(event, step)
      const goal = target ? target[event]! : 1
      sum += work.listLoss
        ? work.listLoss(scores.subarray(0, length), goal, slopes)
        : losses[loss.name](loss.parameters, scores, length, goal, slopes)
      spread.fill(0)
      for (let j = 0; j < length; j++) spread[places[j]!] = slopes[j]!
      along.fill(0)
      let turned = 0
      for (let place = 0; place < candidates; place++) {
        const slope = spread[place]!
        const cosine = read(list[place]!)
        const turn = unit ? slope * cosine : 0
        turned += turn
        for (let z = 0; z < width; z++) along[z]! += slope * y[z]!
        items.add(list[place]!, x, slope, turn, place === 0 ? readings.item : once)
      }
      if (dropout) dropOut(dropout, along, step, step * batchSize + k)
      users.add(user[event]!, along, 1, turned, readings.user)
    }
    const rate = work.rates[step]!
    items.move(chosen.length, rate, step)
    users.move(chosen.length, rate, step)
    if (step + 1 === work.rates.length) {
      items.settle()
      users.settle()
    }
  }
  return sum
}
