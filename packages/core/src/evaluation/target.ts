import { type Column, cell, numbers } from '../dataset/column.js'
import type { Events } from '../dataset/dataset.js'
import type { Target } from '../graph/graph.js'
import { classOf, isLabel, labelOf } from '../graph/label.js'

/**
 * The target of every event in its own scale: 1 and 0 where it is a label, the index of its class where it has classes;
 * NaN where it is missing. Throws a bare sentence where a value is none of the classes.
 */
export const targetValues = (target: Target, events: Events): Float64Array => {
  const column = events.columns.get(target.column)
  if (!column) throw new Error(`unknown column "${target.column}"`)
  if (target.classes) return classValues(target, column, events.count)
  if (!isLabel(target)) return Float64Array.from(numbers(column))
  const label = labelOf(target)
  return Float64Array.from({ length: events.count }, (_, row) => label(cell(column, row)))
}

const classValues = ({ column: name, classes }: Target, column: Column, count: number): Float64Array => {
  const indexOf = classOf(classes!)
  return Float64Array.from({ length: count }, (_, row) => {
    const index = indexOf(cell(column, row))
    if (index >= 0 || Number.isNaN(index)) return index
    throw new Error(`column "${name}" has "${cell(column, row)}" in row ${row + 1}, which is none of the classes`)
  })
}
