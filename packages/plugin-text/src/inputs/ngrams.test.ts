import { expect, test } from 'vitest'
import { ngramsOf } from './ngrams.js'

test('runs are in the order of their first token, shorter ones first', () => {
  expect(ngramsOf(['a', 'b', 'c'], 1, 2, ' ')).toEqual(['a', 'a b', 'b', 'b c', 'c'])
  expect(ngramsOf(['a', 'b', 'c'], 2, 3, '')).toEqual(['ab', 'abc', 'bc'])
})

test('a text that is shorter than a run has none', () => {
  expect(ngramsOf(['a'], 2, 2, ' ')).toEqual([])
  expect(ngramsOf([], 1, 3, ' ')).toEqual([])
})

test('a run with an unknown token is unknown', () => {
  expect(ngramsOf(['a', '', 'c'], 1, 2, ' ')).toEqual(['a', '', '', '', 'c'])
})
