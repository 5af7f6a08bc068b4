import type { FusedBatches, FusedDropout, FusedSide } from '../fused.js'
import { type OptimizerRow, slots } from '../optimizers/optimizer.js'
import { uniform } from '../random.js'
import { penalties } from '../strata/plan.js'
import { candidatesOf } from './negatives.js'

/** Rows shorter than this are normalized as if they were that long. */
const MIN_NORM = 1e-6

/** The gradient sum of a row in a step. */
interface GradientSum {
  /** Σ slope · other vector. */
  readonly vector: Float64Array
  /** Σ slope · cosine: the part of the gradient along the row itself, which normalization removes. */
  radial: number
  readings: number
}

/** One side in a pass: gradient sums by row, and the optimizer step of the rows that have one. */
const sideOf = ({ optimizer, users, rates, step: before }: FusedBatches, side: FusedSide, normalized: boolean) => {
  const { width } = users
  const factor = penalties(side)
  const { rule, parameters } = optimizer
  const { deferred } = rule
  const table = deferred?.table(parameters, rates, before)
  const sums = new Map<number, GradientSum>()
  const inverseNorm = (row: number): number => {
    if (!normalized) return 1
    let squares = 0
    for (let z = 0; z < width; z++) squares += side.rows[row * width + z]! ** 2
    return 1 / Math.max(Math.sqrt(squares), MIN_NORM)
  }
  const trained = side.segments.flatMap(({ from, width: size, trained }, s) =>
    trained ? [{ from, size, state: side.state[s]!, factor: factor[s]! }] : [],
  )
  const rowOf = (row: number, { from, size, state }: (typeof trained)[number]): OptimizerRow => ({
    values: side.rows,
    at: row * width + from,
    state,
    slot: row * slots(optimizer, size),
    width: size,
  })
  const catchUp = (row: number, steps: number) => {
    if (!deferred) return
    for (const segment of trained) deferred.catchUp(parameters, rowOf(row, segment), table!, before, steps)
  }
  return {
    inverseNorm,
    /** Applies the deferred updates of a row, so that it has taken `steps` steps of the pass. */
    catchUp,
    /** Applies all deferred updates and resets the step counts for the next pass. */
    flush() {
      if (!deferred) return
      for (let row = 0; row < side.rows.length / width; row++) {
        catchUp(row, rates.length)
        for (const segment of trained) deferred.setSteps(rowOf(row, segment), 0)
      }
    },
    add(row: number, other: Float64Array, slope: number, radial: number, readings: number) {
      const sum = sums.get(row) ?? { vector: new Float64Array(width), radial: 0, readings: 0 }
      sums.set(row, sum)
      for (let z = 0; z < width; z++) sum.vector[z]! += slope * other[z]!
      sum.radial += radial
      sum.readings += readings
    },
    /** Every row that was read takes step `step` of the pass. */
    update(examples: number, rate: number, step: number) {
      for (const [row, { vector, radial, readings }] of sums) {
        const scale = inverseNorm(row)
        const removed = normalized && scale < 1 / MIN_NORM ? radial * scale * scale : 0
        for (const segment of trained) {
          const { from, size, factor } = segment
          const place = rowOf(row, segment)
          const penalty = (readings * factor[row]! - removed) / examples
          const gradient = Float64Array.from(
            { length: size },
            (_, z) => (scale * vector[from + z]!) / examples + penalty * side.rows[place.at + z]!,
          )
          rule.update(parameters, place, gradient, rate, before + step + 1)
          deferred?.setSteps(place, step + 1)
        }
      }
      sums.clear()
    },
  }
}

const norm = (vector: Float64Array): number => Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))

/** Applies the dropout mask of an example, by its place in the order, to a vector. */
const applyDropout = (
  { rate, width, keys, rows }: FusedDropout,
  vector: Float64Array,
  step: number,
  place: number,
): void => {
  const least = Math.fround(rate)
  const scale = Math.fround(1 / Math.fround(1 - rate))
  for (let z = 0; z < width; z++) {
    const kept = Math.fround(uniform(keys[step]! >>> 0, rows[place]! * width + z)) >= least
    vector[z] = kept ? scale * vector[z]! : 0
  }
}

/** Mini-batch descent, steps `from` … `to` − 1 of a pass; returns the loss summed before each update. */
export const batches = (work: FusedBatches, from: number, to: number): number => {
  const { user, item, target, order, batchSize, negatives, readings, normalized, loss, offset, dropout } = work
  const { count, hard, logQ } = negatives
  const { width } = work.users
  // where dropout comes first, every example normalizes its own vector
  const dropsFirst = normalized && dropout?.first === true
  const users = sideOf(work, work.users, normalized && !dropsFirst)
  const items = sideOf(work, work.items, normalized)
  const draws = candidatesOf(work)
  const columns = 1 + count * hard
  /** The items that an example reads, its positive first. */
  const reads = new Int32Array(columns)
  /** The list of the example: columns of `reads`, their scores and slopes. */
  const listColumns = new Int32Array(1 + count)
  const scores = new Float32Array(1 + count)
  const slopes = new Float64Array(1 + count)
  const slopeOf = new Float64Array(columns)
  const candidateReadings = work.shared ? 0 : 1 / hard
  const x = new Float64Array(width)
  const y = new Float64Array(width)
  const gradient = new Float64Array(width)

  /** Copies the row of an item to y, normalized where scores are cosines; its dot product with x. */
  const read = (row: number): number => {
    const scale = items.inverseNorm(row)
    let score = 0
    for (let z = 0; z < width; z++) {
      y[z] = scale * work.items.rows[row * width + z]!
      score += x[z]! * y[z]!
    }
    return score
  }
  const scoreOf = (row: number): number => read(row) + offset - (logQ ? logQ[row]! : 0)

  /**
   * Draws the candidates of an example and scores its list: the positive, and the best of each `hard` candidates; its
   * length.
   */
  const makeList = (event: number, step: number): number => {
    reads[0] = item[event]!
    items.catchUp(reads[0]!, step)
    scores[0] = scoreOf(reads[0]!)
    listColumns[0] = 0
    let length = 1
    for (let n = 0; n < count; n++) {
      let found = false
      for (let column = 1 + n * hard; column < 1 + (n + 1) * hard; column++) {
        const row = work.shared ? draws.shared(step, column - 1) : draws.own(event, column - 1)
        reads[column] = row
        items.catchUp(row, step)
        if (work.shared && draws.rejected(event, row)) continue
        const score = Math.fround(scoreOf(row))
        if (found && !(score > scores[length]!)) continue
        found = true
        listColumns[length] = column
        scores[length] = score
      }
      if (found) length++
    }
    return length
  }

  /** The log of the mean of e^(score / temperature) over the items of all examples of the user in the step. */
  const meanOfPositives = (place: number, step: number): number => {
    const { start, index } = work.positives!
    const all = Array.from(index.subarray(start[place], start[place + 1]), (row) => {
      items.catchUp(row, step)
      return scoreOf(row) / loss.parameters[0]
    })
    const most = Math.max(...all)
    return most + Math.log(all.reduce((total, score) => total + Math.exp(score - most), 0) / all.length)
  }

  let sum = 0
  for (let step = from; step < to; step++) {
    const chosen = order.subarray(step * batchSize, (step + 1) * batchSize)
    for (const [k, event] of chosen.entries()) {
      users.catchUp(user[event]!, step)
      const scale = users.inverseNorm(user[event]!)
      for (let z = 0; z < width; z++) x[z] = scale * work.users.rows[user[event]! * width + z]!
      if (dropout) applyDropout(dropout, x, step, step * batchSize + k)
      const inverse = dropsFirst ? 1 / Math.max(norm(x), MIN_NORM) : 1
      for (let z = 0; z < width; z++) x[z]! *= inverse
      const length = makeList(event, step)
      const goal = work.positives ? meanOfPositives(step * batchSize + k, step) : target ? target[event]! : 1
      sum += work.listLoss
        ? work.listLoss(scores.subarray(0, length), goal, slopes)
        : loss.reference(loss.parameters, scores, length, goal, slopes)
      slopeOf.fill(0)
      for (let j = 0; j < length; j++) slopeOf[listColumns[j]!] = slopes[j]!
      gradient.fill(0)
      let userRadial = 0
      for (let column = 0; column < columns; column++) {
        const slope = slopeOf[column]!
        const cosine = read(reads[column]!)
        const radial = normalized ? slope * cosine : 0
        userRadial += radial
        for (let z = 0; z < width; z++) gradient[z]! += slope * y[z]!
        items.add(reads[column]!, x, slope, radial, column === 0 ? readings.item : candidateReadings)
      }
      if (dropsFirst) {
        const along = inverse < 1 / MIN_NORM ? userRadial : 0
        for (let z = 0; z < width; z++) gradient[z] = inverse * (gradient[z]! - along * x[z]!)
        userRadial = 0
      }
      if (dropout) applyDropout(dropout, gradient, step, step * batchSize + k)
      users.add(user[event]!, gradient, 1, userRadial, readings.user)
    }
    const rate = work.rates[step]!
    items.update(chosen.length, rate, step)
    users.update(chosen.length, rate, step)
    if (step + 1 === work.rates.length) {
      items.flush()
      users.flush()
    }
  }
  return sum
}
