import type { Column } from '@recspec/core'
import { isPresent } from '../files/duckdb.js'
import { type Growable, growableFloat, growableFloat64, growableInt32 } from './growable.js'
import type { ColumnReader } from './stream.js'
import type { TypedColumn } from './types.js'
import { type Vocabulary, vocabulary } from './vocabulary.js'

/** A reader that collects the accepted cells of one column; `at` is the column's place in a block. */
export interface Collector<T> extends ColumnReader {
  values(): T
}

/** Reads numbers; a missing one is NaN, or rejected where numbers are `required`. */
const checkedNumbers = (
  at: number,
  column: string,
  values: Pick<Growable<Float64Array>, 'append'>,
  required: boolean,
): ColumnReader => ({
  check: (block, { reject }) => {
    const { values: cells, valid } = block.numbers(at)
    for (let row = 0; row < block.count; row++) {
      if (!isPresent(valid, row)) {
        if (required) reject(row, 'missing-time', column)
      } else if (!Number.isFinite(cells[row]!))
        reject(row, Number.isNaN(cells[row]!) ? 'not-a-number' : 'not-finite', column)
    }
  },
  append: (block, keep) => {
    const { values: cells, valid } = block.numbers(at)
    const taken = new Float64Array(block.count)
    let count = 0
    for (let row = 0; row < block.count; row++)
      if (keep[row] === 1) taken[count++] = isPresent(valid, row) ? cells[row]! : Number.NaN
    values.append(taken.subarray(0, count))
  },
})

/** Collects times, in the file's unit or seconds since 1970; a row without one is rejected. */
export const collectTimes = (at: number, column: string): Collector<Float64Array> => {
  const values = growableFloat64()
  return { ...checkedNumbers(at, column, values, true), values: values.take }
}

/** Collects ids as indices of a vocabulary; a row with an empty id is rejected. */
export const collectIds = (at: number, column: string, ids: Vocabulary, addsNew: boolean): Collector<Int32Array> => {
  const codes = growableInt32()
  return {
    check: (block, { reject }) => {
      const { words, valid, text } = block.texts(at)
      for (let row = 0; row < block.count; row++) {
        const first = words[4 * row + 1]! & 255
        const blank = !isPresent(valid, row) || words[4 * row] === 0 || (first <= 32 && text(row).trim() === '')
        if (blank) reject(row, 'empty-id', column)
      }
    },
    append: (block, keep) => {
      const texts = block.texts(at)
      const taken = new Int32Array(block.count)
      let count = 0
      for (let row = 0; row < block.count; row++) if (keep[row] === 1) taken[count++] = ids.encode(texts, row, addsNew)
      codes.append(taken.subarray(0, count))
    },
    values: codes.take,
  }
}

const collectText = (at: number): Collector<Column> => {
  const codes = growableInt32()
  const values = vocabulary()
  return {
    check: () => {},
    append: (block, keep) => {
      const texts = block.texts(at)
      const taken = new Int32Array(block.count)
      let count = 0
      for (let row = 0; row < block.count; row++)
        if (keep[row] === 1) taken[count++] = isPresent(texts.valid, row) ? values.encode(texts, row, true) : -1
      codes.append(taken.subarray(0, count))
    },
    values: () => ({ kind: 'text', codes: codes.take(), values: values.list }),
  }
}

/** Collects a column that has no role. */
export const collectColumn = ({ kind, name }: TypedColumn, at: number): Collector<Column> => {
  if (kind === 'text') return collectText(at)
  const values = growableFloat()
  return { ...checkedNumbers(at, name, values, false), values: () => ({ kind: 'number', values: values.take() }) }
}
