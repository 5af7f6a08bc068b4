import type { Graph } from '@recspec/core'
import { expect, test } from 'vitest'
import { checkDescribed, columnsOf, parseWith } from './with.js'

test('an object of columns is read as the cells of a table', () => {
  expect([...parseWith('{"gender":"F","age":25,"member":true,"country":null}')]).toEqual([
    ['gender', 'F'],
    ['age', 25],
    ['member', 'true'],
    ['country', undefined],
  ])
  const columns = columnsOf(parseWith('{"gender":"F","age":25,"country":null}'))
  expect(columns.get('gender')).toEqual({ kind: 'text', codes: Int32Array.of(0), values: ['F'] })
  expect(columns.get('age')).toEqual({ kind: 'number', values: Float64Array.of(25) })
  expect(columns.get('country')).toEqual({ kind: 'number', values: Float64Array.of(Number.NaN) })
})

test('what is no object of single values is refused', () => {
  expect(() => parseWith('{"age":}')).toThrow('invalid JSON in --with')
  expect(() => parseWith('[1]')).toThrow('expected an object')
  expect(() => parseWith('{"genres":["drama"]}')).toThrow('invalid "genres" in --with: expected one value, got a list')
})

test('a column that no input reads is refused, with the one that was meant', () => {
  const inputs = new Map([
    ['age', { entity: 'user', columns: ['age'] }],
    ['film', { entity: 'item', columns: [] }],
  ])
  const graph = { inputs } as unknown as Graph
  expect(() => checkDescribed(parseWith('{"age":25}'), graph, ['user'])).not.toThrow()
  expect(() => checkDescribed(parseWith('{"agee":25}'), graph, ['user'])).toThrow('unknown column "agee" in --with')
  expect(() => checkDescribed(parseWith('{"age":25}'), graph, ['item'])).toThrow('unknown column "age"')
  expect(() => checkDescribed(parseWith('{"film":1}'), graph, ['user', 'item'])).toThrow('unknown column "film"')
})
