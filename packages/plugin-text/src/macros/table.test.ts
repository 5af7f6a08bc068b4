import { expect, test } from 'vitest'
import { tableOf } from './table.js'

test('a table says how its rows start and what their penalty is only where the document does', () => {
  expect(tableOf(['title'], { dim: 8, l2: 0, nu: 0.5 })).toEqual({ input: 'title', dim: 8 })
  expect(tableOf(['title'], { dim: 8, init: 'zeros', l2: 0.1, nu: 0.5 })).toEqual({
    input: 'title',
    dim: 8,
    init: 'zeros',
    l2: 0.1,
    nu: 0.5,
  })
})
