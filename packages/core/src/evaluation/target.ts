import { cell, numbers } from '../dataset/column.js'
import type { Events } from '../dataset/dataset.js'
import type { Target } from '../graph/graph.js'

/**
 * The target of every event in its own scale (1 and 0 where the head has a `positive` value); NaN where it is missing.
 */
export const targetValues = (target: Target, events: Events): Float64Array => {
  const column = events.columns.get(target.column)
  if (!column) throw new Error(`unknown column "${target.column}"`)
  const { positive } = target
  if (positive === undefined) return Float64Array.from(numbers(column))
  // a document may write true or 4 for the text "true" or "4"
  const wanted = String(positive)
  return Float64Array.from({ length: events.count }, (_, row) => {
    const value = cell(column, row)
    return value === undefined ? Number.NaN : Number(String(value) === wanted)
  })
}
