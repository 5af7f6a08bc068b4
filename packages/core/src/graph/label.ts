import type { Cell } from '../dataset/column.js'
import type { Target, TargetValue } from './graph.js'

/** Whether a target is 1 or 0: it has a value that is positive, or a threshold. */
export const isLabel = (target: Target | undefined): boolean =>
  target?.positive !== undefined || target?.atLeast !== undefined

/** The label of a cell: 1 or 0; NaN where it is missing, or has no number for a threshold. */
export const labelOf = ({ positive, atLeast }: Target): ((value: Cell) => number) => {
  if (atLeast !== undefined) return (value) => thresholdLabel(value, atLeast)
  const wanted = new Set((Array.isArray(positive) ? positive : [positive]).map(String))
  return (value) => (value === undefined ? Number.NaN : Number(wanted.has(String(value))))
}

const thresholdLabel = (value: Cell, atLeast: number): number => {
  const number = value === undefined || String(value).trim() === '' ? Number.NaN : Number(value)
  return Number.isNaN(number) ? Number.NaN : Number(number >= atLeast)
}

/** The index of a cell's class, −1 where it is none of the classes; NaN where the cell is missing. */
export const classOf = (classes: readonly TargetValue[]): ((value: Cell) => number) => {
  const index = new Map(classes.map((name, place) => [String(name), place]))
  return (value) => (value === undefined ? Number.NaN : (index.get(String(value)) ?? -1))
}
