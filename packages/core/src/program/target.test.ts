import { expect, test } from 'vitest'
import type { Column } from '../dataset/column.js'
import type { Head } from '../graph/graph.js'
import { targetOf, toTargetScale } from './target.js'

const events = (column: Column, count: number) => ({
  count,
  user: new Int32Array(count),
  item: new Int32Array(count),
  columns: new Map([['label', column]]),
})
const numbers = (...values: number[]) => events({ kind: 'number', values: Float64Array.from(values) }, values.length)
const head = (target: object, logits?: true) =>
  ({
    name: 'h',
    target: { column: 'label', ...target },
    loss: { type: 'bce', definition: { logits }, params: {} },
  }) as unknown as Head

test('a range maps targets to [0, 1] and predictions back', () => {
  expect([...targetOf(head({ range: [1, 5] }), numbers(1, 3, 5))!]).toEqual([0, 0.5, 1])
  expect(toTargetScale({ column: 'label', range: [1, 5], clip: [1, 4] }, 0.5)).toBe(3)
  expect(toTargetScale({ column: 'label', range: [1, 5], clip: [1, 4] }, 2)).toBe(4)
})

test('targets of losses over logits must be between 0 and 1', () => {
  expect(() => targetOf(head({}, true), numbers(1, 0, 5))).toThrow(
    'learns labels from 0 to 1, column "label" has 5 at event 3',
  )
  expect([...targetOf(head({ range: [0, 5] }, true), numbers(0, 5))!]).toEqual([0, 1])
})

test('a positive value that never occurs is an error that lists the values that do', () => {
  expect(() => targetOf(head({ positive: 7 }), numbers(1, 2))).toThrow('no event has "7" in column "label"')
  const text: Column = { kind: 'text', codes: Int32Array.of(0, 1), values: ['yes', 'no'] }
  expect([...targetOf(head({ positive: 'yes' }), events(text, 2))!]).toEqual([1, 0])
})

test('messages distinguish an empty cell from a text', () => {
  expect(() => targetOf(head({}), numbers(1, Number.NaN))).toThrow('is empty at event 2')
  const text: Column = { kind: 'text', codes: Int32Array.of(0), values: ['good'] }
  expect(() => targetOf(head({}), events(text, 1))).toThrow('has no number but "good" at event 1')
})

test('a threshold makes labels of numbers, and needs one in every event', () => {
  expect([...targetOf(head({ atLeast: 4 }, true), numbers(3.5, 4, 5, -1))!]).toEqual([0, 1, 1, 0])
  expect(() => targetOf(head({ atLeast: 4 }), numbers(4, Number.NaN))).toThrow('is empty at event 2')
  expect(() => targetOf(head({ atLeast: 9 }), numbers(1, 2))).toThrow(
    'no event has 9 or more in column "label", the threshold of head "h"',
  )
})

test('several values may be positive', () => {
  expect([...targetOf(head({ positive: [4, '5'] }), numbers(3, 4, 5))!]).toEqual([0, 1, 1])
})

test('classes are numbered in the order of the document', () => {
  const text: Column = { kind: 'text', codes: Int32Array.of(0, 1, 2, 0), values: ['b', 'a', 'c'] }
  expect([...targetOf(head({ classes: ['a', 'b', 'c'] }, true), events(text, 4))!]).toEqual([1, 0, 2, 1])
  expect([...targetOf(head({ classes: [1, 2] }), numbers(2, 1))!]).toEqual([1, 0])
})

test('a value that is no class is an error with its event and the number of others', () => {
  const text: Column = { kind: 'text', codes: Int32Array.of(0, 1, 2, 1, -1), values: ['b', 'x', 'a'] }
  expect(() => targetOf(head({ classes: ['a', 'b'] }), events(text, 5))).toThrow(
    'column "label", the target of head "h", has "x", which is none of its classes, at event 2, and 2 more events have no class',
  )
})
