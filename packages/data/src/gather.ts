import type { Column } from '@recspec/core'
import type { Field } from './columns.js'
import { isValid } from './duckdb.js'
import { doubles, floats, type Growing, integers } from './growing.js'
import type { Part } from './rows.js'
import { type Vocabulary, vocabulary } from './vocabulary.js'

/** A part that gathers one selected column. */
export interface Gathering<T> extends Part {
  all(): T
}

/** Numbers; NaN where they are missing, which may be refused. */
const numeric = (
  at: number,
  column: string,
  values: Pick<Growing<Float64Array>, 'append'>,
  required: boolean,
): Part => ({
  check: (block, { refuse }) => {
    const { values: cells, valid } = block.numbers(at)
    for (let row = 0; row < block.count; row++) {
      if (!isValid(valid, row)) {
        if (required) refuse(row, 'missing-time', column)
      } else if (!Number.isFinite(cells[row]!))
        refuse(row, Number.isNaN(cells[row]!) ? 'not-a-number' : 'not-finite', column)
    }
  },
  take: (block, keep) => {
    const { values: cells, valid } = block.numbers(at)
    const taken = new Float64Array(block.count)
    let count = 0
    for (let row = 0; row < block.count; row++)
      if (keep[row] === 1) taken[count++] = isValid(valid, row) ? cells[row]! : Number.NaN
    values.append(taken.subarray(0, count))
  },
})

/** A column of times: none may be missing. */
export const times = (at: number, column: string): Gathering<Float64Array> => {
  const values = doubles()
  return { ...numeric(at, column, values, true), all: values.take }
}

/** A column of ids as places in a vocabulary; an empty one is refused. */
export const keys = (at: number, column: string, ids: Vocabulary, learns: boolean): Gathering<Int32Array> => {
  const codes = integers()
  return {
    check: (block, { refuse }) => {
      const { words, valid, text } = block.texts(at)
      for (let row = 0; row < block.count; row++) {
        const first = words[4 * row + 1]! & 255
        const blank = !isValid(valid, row) || words[4 * row] === 0 || (first <= 32 && text(row).trim() === '')
        if (blank) refuse(row, 'empty-id', column)
      }
    },
    take: (block, keep) => {
      const texts = block.texts(at)
      const taken = new Int32Array(block.count)
      let count = 0
      for (let row = 0; row < block.count; row++) if (keep[row] === 1) taken[count++] = ids.code(texts, row, learns)
      codes.append(taken.subarray(0, count))
    },
    all: codes.take,
  }
}

const textual = (at: number): Gathering<Column> => {
  const codes = integers()
  const values = vocabulary()
  return {
    check: () => {},
    take: (block, keep) => {
      const texts = block.texts(at)
      const taken = new Int32Array(block.count)
      let count = 0
      for (let row = 0; row < block.count; row++)
        if (keep[row] === 1) taken[count++] = isValid(texts.valid, row) ? values.code(texts, row, true) : -1
      codes.append(taken.subarray(0, count))
    },
    all: () => ({ kind: 'text', codes: codes.take(), values: values.list }),
  }
}

/** Any other column. */
export const gathered = ({ kind, name }: Field, at: number): Gathering<Column> => {
  if (kind === 'text') return textual(at)
  const values = floats()
  return { ...numeric(at, name, values, false), all: () => ({ kind: 'number', values: values.take() }) }
}
