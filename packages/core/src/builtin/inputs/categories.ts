import Type from 'typebox'
import { input } from '../../contract/input.js'
import type { Cell } from '../../dataset/column.js'
import { text } from './cells.js'
import { rowOf, type Vocabulary, vocabularyOf } from './vocabulary.js'

/** A row for each of several values in one cell (`Comedy|Drama`); row 0 alone where no value is known. */
export const categories = input({
  summary: 'A row for each of several values in one cell.',
  params: Type.Object(
    { separator: Type.String({ default: '|', minLength: 1, description: 'what stands between values' }) },
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

/** Distinct values of a cell in its order, without the spaces around them. */
const split = (separator: string, cell: Cell): string[] => {
  const found = text(cell)
  if (found === undefined) return []
  return [...new Set(found.split(separator).map((part) => part.trim()))].filter((part) => part !== '')
}

function* parts(separator: string, ...columns: readonly Iterable<Cell>[]): Iterable<string> {
  for (const column of columns) for (const cell of column) yield* split(separator, cell)
}
