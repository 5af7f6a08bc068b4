import { type Kernels, openKernels } from '@recspec/kernels'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { itemToItem } from './itemtoitem.js'

let kernels: Kernels
beforeAll(async () => {
  kernels = await openKernels({ threads: 1 })
})
afterAll(() => kernels.close())

const params = { l2: 0, nu: 1, l1: 0, nonNegative: false, diagonal: 0 }

test('the scores of lists are the rows of the matrix, weighted and added', () => {
  const dense = Float32Array.of(0, 1, 2, 3, 0, 5, 6, 7, 0)
  const { scores } = itemToItem.matrix!(params, { dense }, { items: 3, kernels })
  const lists = { start: Int32Array.of(0, 2, 2, 3), index: Int32Array.of(0, 2, 1), values: Float32Array.of(1, 2, 0.5) }
  expect([...scores(lists)]).toEqual([12, 15, 2, 0, 0, 0, 1.5, 0, 2.5])
})

test('arrays that are missing or do not fit are refused', () => {
  const open = (arrays: Readonly<Record<string, Float32Array>>) => () =>
    itemToItem.matrix!(params, arrays, { items: 3, kernels })
  expect(open({})).toThrow('found no matrix')
  expect(open({ dense: new Float32Array(8) })).toThrow()
  expect(() => itemToItem.apply(params, {}, {}, {} as never)).toThrow('is read from its matrix')
})
