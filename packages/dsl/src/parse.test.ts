import { expect, test } from 'vitest'
import type { Finding } from './diagnostic.js'
import { limits, parse } from './parse.js'

const read = (text: string) => {
  const findings: Finding[] = []
  return { value: parse({ name: 'x', text }, findings), codes: findings.map(({ code }) => code) }
}

test('comments and trailing commas are read over', () => {
  expect(read('{ "a": [1, 2,], /* b */ "c": "d", } // e')).toEqual({ value: { a: [1, 2], c: 'd' }, codes: [] })
})

test('names of Object are keys like any other', () => {
  const { value } = read('{ "__proto__": { "x": 1 }, "constructor": 2, "hasOwnProperty": 3 }')
  expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor', 'hasOwnProperty'])
  expect((value as { x?: unknown }).x).toBeUndefined()
  expect(Object.getPrototypeOf(value)).toBe(null)
})

test('the first syntax error is the only one', () => {
  expect(read('{ "a" 1, "b" 2 }').codes).toEqual(['syntax'])
  expect(read('').codes).toEqual(['syntax'])
})

test('each duplicate key is one mistake', () => {
  expect(read('{ "a": 1, "a": 2, "b": { "a": 1 }, "a": 3 }').codes).toEqual(['duplicate-key', 'duplicate-key'])
})

test('bytes, depth and values are bounded, up to the limit itself', () => {
  const text = (length: number) => `"${'a'.repeat(length - 2)}"`
  expect(read(text(limits.bytes)).codes).toEqual([])
  expect(read(text(limits.bytes + 1)).codes).toEqual(['too-large'])
  expect(read(`"${'é'.repeat(limits.bytes / 2)}"`).codes).toEqual(['too-large'])
  expect(read(`"${'😀'.repeat((limits.bytes - 4) / 4)}"`).codes).toEqual([])
  expect(read('['.repeat(limits.depth) + ']'.repeat(limits.depth)).codes).toEqual([])
  expect(read('['.repeat(limits.depth + 1)).codes).toEqual(['too-deep'])
  expect(read(`[${Array(limits.values - 1).fill(1)}]`).codes).toEqual([])
  expect(read(`[${Array(limits.values).fill(1)}]`).codes).toEqual(['too-large'])
  expect(read(`{${Array.from({ length: limits.values - 1 }, (_, k) => `"${k}":1`)}}`).codes).toEqual([])
})

test('depth that would overflow a stack is refused', () => {
  expect(read('['.repeat(200_000)).codes).toEqual(['too-deep'])
})
