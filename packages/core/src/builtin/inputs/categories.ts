import Type from 'typebox'
import { input } from '../../contract/input.js'
import type { Cell } from '../../dataset/column.js'
import { text } from './cells.js'
import { rowOf, type Vocabulary, vocabularyOf } from './vocabulary.js'

/** One row per value of a cell with several (`Comedy|Drama`); row 0 only where none is in the vocabulary. */
export const categories = input({
  summary: 'One row per value of a cell with several values (`Comedy|Drama`).',
  params: Type.Object(
    { separator: Type.String({ default: '|', minLength: 1, description: 'separator between values' }) },
    { additionalProperties: false },
  ),
  gives: 'rows',
  reads: 'column',
  entities: ['user', 'item', 'event'],
  shape: () => ['length'],
  learn: ({ separator }, { all, training }): Vocabulary => vocabularyOf(parts(separator, all, training)),
  height: (_, { values }) => values.length + 1,
  encode: ({ separator }, vocabulary, value) => {
    const rows = split(separator, value).map((part) => rowOf(vocabulary, part))
    const known = rows.filter((row) => row > 0)
    return { rows: known.length > 0 ? known : [0] }
  },
})

/** Distinct values of a cell in the order of the cell, trimmed. */
const split = (separator: string, cell: Cell): string[] => {
  const found = text(cell)
  if (found === undefined) return []
  return [...new Set(found.split(separator).map((part) => part.trim()))].filter((part) => part !== '')
}

function* parts(separator: string, ...columns: readonly Iterable<Cell>[]): Iterable<string> {
  for (const column of columns) for (const cell of column) yield* split(separator, cell)
}
