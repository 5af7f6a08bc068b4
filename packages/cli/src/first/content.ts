import type { Column } from '@recspec/core'

/** What the cells of a column are, those that are missing left out. */
export interface Content {
  readonly present: number
  readonly distinct: number
  /** All of them are whole numbers. */
  readonly whole: boolean
  /** Least and greatest, and the mean; absent for text, and where no cell is present. */
  readonly range?: readonly [least: number, greatest: number]
  readonly mean?: number
}

/** Looks at the cells of a column. */
export const contentIn = (column: Column): Content => {
  if (column.kind === 'text') {
    const codes = column.codes.filter((code) => code >= 0)
    return { present: codes.length, distinct: new Set(codes).size, whole: false }
  }
  const values = Float64Array.from(column.values).filter((value) => !Number.isNaN(value))
  const counted = { present: values.length, distinct: new Set(values).size, whole: values.every(Number.isInteger) }
  if (values.length === 0) return counted
  let [least, greatest, sum] = [values[0]!, values[0]!, 0]
  for (const value of values) {
    least = Math.min(least, value)
    greatest = Math.max(greatest, value)
    sum += value
  }
  return { ...counted, range: [least, greatest], mean: sum / values.length }
}
