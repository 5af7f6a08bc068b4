import { expect, test } from 'vitest'
import type { Input, InputSource } from '../../contract/input.js'
import type { Cell } from '../../dataset/column.js'
import { categories } from './categories.js'
import { category } from './category.js'
import { cross } from './cross.js'
import { flags } from './flags.js'

const source = (training: readonly unknown[], all = training, columns: readonly string[] = ['c']): InputSource<never> =>
  ({ entity: 'item', count: all.length, all, training, columns }) as InputSource<never>

/** Encodes values with a state that went through JSON, as in an artifact. */
const read = (input: Input, params: Record<string, unknown>, from: InputSource<never>) => {
  input.shape(params)
  const state = JSON.parse(JSON.stringify(input.learn(params, from)))
  return {
    height: input.height!(params, state),
    labels: input.labels?.(params, state, undefined as never),
    rows: (value: unknown) => [...Array.from(input.encode(params, state, value as Cell).rows!)],
    values: (value: unknown) => input.encode(params, state, value as Cell).values,
  }
}

test('a category has row 0 for unknown values, row 1 for a missing one, and a row for each known one', () => {
  const { height, rows, labels } = read(category, {}, source(['b', 'b'], ['b', undefined, 'a', '', 'b', 7]))
  expect(height).toBe(5)
  expect(['7', 7, 'a', 'b', 'c', '', undefined].map(rows)).toEqual([[2], [2], [3], [4], [0], [1], [1]])
  expect(labels).toEqual([undefined, undefined, '7', 'a', 'b'])
})

test('a category does not depend on the order of rows', () => {
  const learn = (cells: Cell[]) => category.learn({}, source(cells))
  expect(learn(['x', 'a', 'é', 'a'])).toEqual(learn(['a', 'é', 'x']))
})

test('values named like members of Object.prototype are values like others', () => {
  const names = ['__proto__', 'constructor', 'toString']
  expect(names.map(read(category, {}, source(['constructor'])).rows)).toEqual([[0], [2], [0]])
})

test('values in fewer training rows than minCount are unknown, whatever the entity tables say', () => {
  const { height, rows } = read(category, { minCount: 2 }, source(['a', 'a', 'b', 'c', 'c'], ['a', 'b', 'c', 'd', 'd']))
  expect(height).toBe(4)
  expect(['a', 'b', 'c', 'd', undefined].map(rows)).toEqual([[2], [0], [3], [0], [1]])
})

test('given values are known in their order, whatever the data', () => {
  const { height, rows } = read(category, { values: ['M', 'F', 7] }, source(['X', 'F']))
  expect(height).toBe(5)
  expect(['M', 'F', '7', 'X', undefined].map(rows)).toEqual([[2], [3], [4], [0], [1]])
})

test('hashed values share so many rows, the same for every data set', () => {
  const one = read(category, { hash: 4 }, source(['a', 'b']))
  const other = read(category, { hash: 4 }, source(['z']))
  expect(one.height).toBe(6)
  const words = Array.from({ length: 400 }, (_, k) => `word ${k}`)
  expect(words.map(one.rows)).toEqual(words.map(other.rows))
  const counts = [2, 3, 4, 5].map((row) => words.filter((word) => one.rows(word)[0] === row).length)
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(400)
  expect(Math.min(...counts)).toBeGreaterThan(70)
  expect([undefined, ''].map(one.rows)).toEqual([[1], [1]])
  // pinned: the rows of a saved model must not move
  expect(['Drama', 'é', '25'].map((word) => read(category, { hash: 1000 }, source([])).rows(word)[0])).toEqual(PINNED)
})
const PINNED = [433, 467, 199]

test('parameters of a vocabulary that contradict each other are refused', () => {
  const refused = (params: object) => () => category.shape(params as never)
  expect(refused({ values: ['a'], hash: 3 })).toThrow('takes "values" or "hash", got both')
  expect(refused({ minCount: 2, hash: 3 })).toThrow('"minCount" counts values of the data, but "hash" reads none')
  expect(refused({ minCount: 2, values: ['a'] })).toThrow(
    '"minCount" counts values of the data, but "values" reads none',
  )
  expect(refused({ values: ['1', 1] })).toThrow('"values" has "1" twice')
  expect(category.shape({ minCount: 1, hash: 3 } as never)).toEqual([])
})

test('categories have a row per distinct known value, row 0 where all are unknown, row 1 where there is none', () => {
  const { height, rows } = read(categories, { separator: '|' }, source(['Drama|Comedy', 'War', '', undefined]))
  expect(height).toBe(5)
  expect(rows('War|Drama')).toEqual([4, 3])
  expect(rows(' Comedy | Comedy||Western')).toEqual([2])
  expect(['Western|Noir', '', '|', undefined].map(rows)).toEqual([[0], [1], [1], [1]])
  expect(read(categories, { separator: ', ' }, source(['a, b'])).height).toBe(4)
})

test('categories count training rows, not their repeats in a cell', () => {
  const from = source(['a|a|b', 'b|c'])
  expect(read(categories, { separator: '|', minCount: 2 }, from).labels).toEqual([undefined, undefined, 'b'])
})

test('categories may be weighted', () => {
  const params = { separator: '|', weights: ':' }
  const { rows, values } = read(categories, params, source(['a:2|b', 'sci:fi:3']))
  expect([rows('a:2|b'), values('a:2|b')]).toEqual([
    [2, 3],
    [2, 1],
  ])
  expect([rows('b: -0.5 | sci:fi:1'), values('b: -0.5 | sci:fi:1')]).toEqual([
    [3, 4],
    [-0.5, 1],
  ])
  expect(values('a:1|a:2|never:9')).toEqual([3])
  expect([rows('never:2'), rows('')]).toEqual([[0], [1]])
  expect(() => rows('a:two')).toThrow('invalid weight "two" of "a"')
  expect(() => categories.shape({ separator: '|', weights: '|' } as never)).toThrow('are both "|"')
})

test('a cross has a row per combination, and is missing where a part is', () => {
  const pairs = [
    ['F', 25],
    ['M', 25],
    ['F', 25],
  ]
  const { height, rows } = read(cross, {}, source(pairs, [...pairs, ['F', undefined]]))
  expect(height).toBe(4)
  expect(
    [
      ['F', '25'],
      ['M', 25],
      ['M', 30],
      ['F', undefined],
      ['', 25],
    ].map(rows),
  ).toEqual([[2], [3], [0], [1], [1]])
  expect(read(cross, { minCount: 2 }, source(pairs)).rows(['M', 25])).toEqual([0])
  const hashed = read(cross, { hash: 50 }, source([]))
  expect(hashed.height).toBe(52)
  // texts that would join to the same text are different combinations
  expect(hashed.rows(['a","b', 'c'])).not.toEqual(hashed.rows(['a', 'b","c']))
})

test('flags have a row per column that is set, none where all are 0, and row 0 where all are missing', () => {
  const { height, rows, labels } = read(flags, {}, source([[1, 0, 0]], undefined, ['action', 'comedy', 'war']))
  expect(height).toBe(4)
  expect(labels).toEqual([undefined, 'action', 'comedy', 'war'])
  expect(
    [
      [1, 0, 0],
      ['0', '1', 2],
      ['true', 'False', 'TRUE'],
      [undefined, 0, 1],
    ].map(rows),
  ).toEqual([[1], [2, 3], [1, 3], [3]]) // prettier-ignore
  expect(
    [
      [0, 0, 0],
      [undefined, '', undefined],
    ].map(rows),
  ).toEqual([[], [0]])
  expect(() => rows([1, 'perhaps', 0])).toThrow('invalid flag "perhaps", expected 0, 1, true or false')
})
