import { expect, test } from 'vitest'
import { bag } from './bag.js'

test('expands to a table whose rows are combined', () => {
  for (const combine of ['mean', 'sum'])
    expect(bag.expand({ dim: 8, combine, l2: 0, nu: 1 }, { text: ['review'] })).toEqual({
      embeddings: { words: { input: 'review', dim: 8, combine } },
      ops: {},
      output: 'words',
    })
})
