import type { Cell, InputSource } from '@recspec/core'
import { expect, test } from 'vitest'
import { tokens, type Vocabulary } from './tokens.js'

const source = (training: readonly Cell[], all: readonly Cell[] = training): InputSource => ({
  entity: 'item',
  count: all.length,
  all,
  training,
})
const params = { maxLength: 3, vocabulary: 5000, minCount: 1 }
const learn = (training: readonly Cell[], change: object = {}, all?: readonly Cell[]) =>
  (tokens.learn({ ...params, ...change }, source(training, all)) as Vocabulary).tokens

test('the most frequent words come first, equally frequent ones by code unit', () => {
  expect(learn(['b a', 'c b', 'b c', 'd'])).toEqual(['b', 'c', 'a', 'd'])
  expect(learn(['zeta alpha', 'Mid'])).toEqual(['alpha', 'mid', 'zeta'])
})

test('words of training rows only are known', () => {
  expect(learn(['known'], {}, ['known', 'unseen title'])).toEqual(['known'])
})

test('`vocabulary` and `minCount` limit the known words', () => {
  expect(learn(['a a a', 'b b', 'c'], { vocabulary: 2 })).toEqual(['a', 'b'])
  expect(learn(['a a a', 'b b', 'c'], { minCount: 2 })).toEqual(['a', 'b'])
})

test('a missing cell has no words, a number is read as text', () => {
  expect(learn([undefined, 1999, 'in 1999'])).toEqual(['1999', 'in'])
  expect(tokens.encode(params, { tokens: ['1999'] }, 1999)).toEqual({ rows: [1] })
  expect(tokens.encode(params, { tokens: ['1999'] }, undefined)).toEqual({ rows: [] })
})

test('names of object members are words like others', () => {
  const words = learn(['__proto__ constructor toString'])
  expect(words).toEqual(['constructor', 'proto', 'tostring'])
  expect(tokens.encode(params, { tokens: words }, 'valueOf constructor')).toEqual({ rows: [1] })
})

test('a text becomes the rows of its first `maxLength` known words in order', () => {
  const state = { tokens: ['love', 'me', 'do'] }
  expect(tokens.shape(params)).toEqual([3])
  expect(tokens.height!(params, state)).toBe(4)
  expect(tokens.encode(params, state, 'Love, love me do!')).toEqual({ rows: [1, 1, 2] })
  expect(tokens.encode(params, state, 'please DO not leave me')).toEqual({ rows: [3, 2] })
  expect(tokens.encode(params, state, 'nothing known')).toEqual({ rows: [] })
})

test('the learned state survives JSON', () => {
  const state = tokens.learn(params, source(['one two', 'two']))
  expect(JSON.parse(JSON.stringify(state))).toEqual(state)
})
