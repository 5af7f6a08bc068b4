import { type Cell, cell } from '../dataset/column.js'
import type { Dataset } from '../dataset/dataset.js'
import { auc } from '../evaluation/metrics/auc.js'
import { targetValues } from '../evaluation/target.js'
import type { Target } from '../graph/graph.js'
import { isLabel } from '../graph/label.js'
import { called, type LintedColumn, type Rule } from './finding.js'

/** From this R², auc or accuracy on a column says the target. */
const ALMOST = 0.99

/** A column that alone predicts the target almost perfectly, or is the target. */
export const leak: Rule = function* ({ data, graph, columns }) {
  const targets = new Map(
    [...(graph?.heads.values() ?? [])].flatMap(({ target }) => (target ? [[target.column, target]] : [])),
  )
  for (const target of targets.values()) {
    const actual = targetValues(target, data.events)
    for (const one of columns) {
      const where = { entity: one.entity, column: one.name, count: data.events.count }
      if (one.entity === 'event' && one.name === target.column) {
        const message = `input "${one.input!.name}" reads the target column "${target.column}"`
        yield { rule: 'leak', message, hint: 'a prediction cannot know it: leave the input out', ...where }
        continue
      }
      const { measure, value } = foretold(one, data, target, actual)
      if (!(value > ALMOST)) continue
      yield {
        rule: 'leak',
        message: `${called(one)} alone predicts the target "${target.column}" with ${measure} ${value.toFixed(4)} on all events`,
        hint: 'is it known before the event? if it is made from the target, leave it out',
        ...where,
      }
    }
  }
}

/** How well a column predicts the target: the better of its numbers, and of the other rows with the same value. */
const foretold = (one: LintedColumn, data: Dataset, target: Target, actual: Float64Array) => {
  const { events } = data
  const owner = one.entity === 'event' ? undefined : one.entity === 'user' ? events.user : events.item
  const cells: Cell[] = []
  const truth: number[] = []
  for (let row = 0; row < events.count; row++) {
    const index = owner ? owner[row]! : row
    const value = index < 0 ? undefined : cell(one.column, index)
    if (value === undefined || Number.isNaN(actual[row]!)) continue
    cells.push(value)
    truth.push(actual[row]!)
  }
  const measure = target.classes ? 'accuracy' : isLabel(target) ? 'auc' : 'R²'
  if (target.classes) return { measure, value: majorityAccuracy(cells, truth) }
  // the mean of the other rows falls where the row's own target rises: only agreement counts
  const byValue = othersMeans(cells, truth)
  const asNumbers = cells.every((value) => typeof value === 'number') ? (cells as number[]) : undefined
  if (!isLabel(target)) {
    const linear = asNumbers ? squaredCorrelation(asNumbers, truth) : 0
    return { measure, value: Math.max(determination(byValue, truth), linear || 0) }
  }
  const area = (predicted: readonly number[]) => auc.predictions!({ predicted, actual: truth })
  const linear = asNumbers ? area(asNumbers) : 0
  return { measure, value: Math.max(area(byValue), linear, asNumbers ? 1 - linear : 0) }
}

/** For each row the mean target of the other rows with its value; the mean of all where there is none. */
const othersMeans = (cells: readonly Cell[], truth: readonly number[]): readonly number[] => {
  const sums = new Map<Cell, { sum: number; count: number }>()
  cells.forEach((value, row) => {
    const found = sums.get(value) ?? { sum: 0, count: 0 }
    sums.set(value, found)
    found.sum += truth[row]!
    found.count++
  })
  const mean = meanOf(truth)
  return cells.map((value, row) => {
    const { sum, count } = sums.get(value)!
    return count > 1 ? (sum - truth[row]!) / (count - 1) : mean
  })
}

/** Share of rows whose class is the most frequent one of the other rows with their value. */
const majorityAccuracy = (cells: readonly Cell[], truth: readonly number[]): number => {
  const counts = new Map<Cell, Map<number, number>>()
  cells.forEach((value, row) => {
    const found = counts.get(value) ?? new Map<number, number>()
    counts.set(value, found.set(truth[row]!, (found.get(truth[row]!) ?? 0) + 1))
  })
  let right = 0
  cells.forEach((value, row) => {
    const own = truth[row]!
    const found = counts.get(value)!
    const mine = found.get(own)! - 1
    if (mine > 0 && [...found].every(([other, count]) => other === own || count < mine)) right++
  })
  return right / cells.length
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** 1 − Σ (y − ŷ)² / Σ (y − ȳ)². */
const determination = (predicted: readonly number[], truth: readonly number[]): number => {
  const mean = meanOf(truth)
  let [errors, squares] = [0, 0]
  truth.forEach((value, row) => {
    errors += (value - predicted[row]!) ** 2
    squares += (value - mean) ** 2
  })
  return squares === 0 ? 0 : 1 - errors / squares
}

const squaredCorrelation = (x: readonly number[], y: readonly number[]): number => {
  const [meanX, meanY] = [meanOf(x), meanOf(y)]
  let [xy, xx, yy] = [0, 0, 0]
  for (let row = 0; row < x.length; row++) {
    const [dx, dy] = [x[row]! - meanX, y[row]! - meanY]
    xy += dx * dy
    xx += dx * dx
    yy += dy * dy
  }
  return (xy * xy) / (xx * yy)
}
