import Type from 'typebox'
import { input } from '../../contract/input.js'
import type { Cell } from '../../dataset/column.js'
import { text } from './cells.js'
import { rowOf, type Vocabulary, vocabularyOf } from './vocabulary.js'

/** One row per distinct value of a column; row 0 where the value is missing or not in the vocabulary. */
export const category = input({
  summary: 'One row per distinct value of a column.',
  params: Type.Object({}, { additionalProperties: false }),
  gives: 'rows',
  reads: 'column',
  entities: ['user', 'item', 'event'],
  shape: () => [],
  learn: (_, { all, training }): Vocabulary => vocabularyOf(texts(all, training)),
  height: (_, { values }) => values.length + 1,
  encode: (_, vocabulary, value) => {
    const found = text(value)
    return { rows: [found === undefined ? 0 : rowOf(vocabulary, found)] }
  },
})

function* texts(...columns: readonly Iterable<Cell>[]): Iterable<string> {
  for (const column of columns)
    for (const cell of column) {
      const found = text(cell)
      if (found !== undefined) yield found
    }
}
