import { expect, test } from 'vitest'
import type { Column } from '../dataset/column.js'
import { idsOf } from '../dataset/ids.js'
import { readColumn, writeColumn } from './column.js'
import { ArtifactError } from './error.js'
import { readIds, writeIds } from './ids.js'
import { encode } from './platform.js'
import { read, write } from './safetensors.js'
import type { ArtifactTensor } from './tensor.js'
import { readTexts } from './text.js'

const list = [
  '1',
  '01',
  '',
  'é',
  'e\u0301',
  '\ufeffx',
  'x',
  '👩‍👩‍👧',
  'a\u0000b',
  '__proto__',
  'constructor',
  'x'.repeat(5000),
]

test('ids survive a file exactly, and each is found at its position', async () => {
  const { tensors } = await read(await write(writeIds('users', idsOf(list)), {}))
  const ids = readIds('users', tensors)
  expect(ids.count).toBe(list.length)
  for (const [position, id] of list.entries()) {
    expect(ids.at(position)).toBe(id)
    expect(ids.indexOf(id)).toBe(position)
  }
  for (const other of ['2', 'E', 'xx', '\ufeff', 'toString', '\ud800', '\ufffd']) expect(ids.indexOf(other)).toBe(-1)
})

test('many ids are found, and unknown ids are not', () => {
  const many = Array.from({ length: 20_000 }, (_, at) => `item-${at * 7}`)
  const ids = readIds('items', writeIds('items', idsOf(many)))
  for (const [position, id] of many.entries()) expect(ids.indexOf(id)).toBe(position)
  for (let at = 0; at < 1000; at++) expect(ids.indexOf(`item-${at * 7 + 1}`)).toBe(-1)
})

test('a list of ids can be empty', () => {
  const none = readIds('users', writeIds('users', idsOf([])))
  expect([none.count, none.indexOf('')]).toEqual([0, -1])
})

test('an id without UTF-8 is not written', () => {
  expect(() => writeIds('users', idsOf(['a', '\ud800']))).toThrow('text 1 is no valid Unicode')
})

const texts = (bytes: Uint8Array, ...offsets: readonly number[]) =>
  new Map<string, ArtifactTensor>([
    ['t.bytes', { shape: [bytes.length], data: bytes }],
    ['t.offsets', { shape: [offsets.length], data: Int32Array.from(offsets) }],
  ])

test.each([
  ['no offsets', texts(encode('ab'))],
  ['a first offset that is not 0', texts(encode('ab'), 1, 2)],
  ['a last offset before the end', texts(encode('ab'), 0, 1)],
  ['an offset beyond the end', texts(encode('ab'), 0, 3, 2)],
  ['descending offsets', texts(encode('ab'), 0, 2, 1, 2)],
  ['a negative offset', texts(encode('ab'), 0, -1, 2)],
  ['an offset inside a character', texts(encode('é'), 0, 1, 2)],
  ['bytes that are no UTF-8', texts(Uint8Array.of(0xff), 0, 1)],
  ['a character that is cut off', texts(Uint8Array.of(0xc3), 0, 1)],
])('texts with %s are refused', (_, tensors) => {
  expect(() => readTexts('t', tensors)).toThrow(ArtifactError)
})

test('a repeated id is refused', () => {
  expect(() => readIds('t', texts(encode('abab'), 0, 2, 4))).toThrow('duplicate id "ab"')
})

const columns: readonly (readonly [string, Column])[] = [
  ['text', { kind: 'text', codes: Int32Array.of(1, -1, 0, 1), values: ['Björk', 'ABBA'] }],
  ['whole numbers', { kind: 'number', values: Int32Array.of(3, -4) }],
  ['numbers with gaps', { kind: 'number', values: Float64Array.of(1.5, Number.NaN, 0) }],
  ['single numbers', { kind: 'number', values: Float32Array.of(0.5) }],
]

test.each(columns)('a column of %s survives a file', async (_, column) => {
  const { tensors } = await read(await write(writeColumn('items.artist', column), {}))
  expect(readColumn('items.artist', tensors)).toEqual(column)
})

test('a code without a text is refused, and so is a missing column', () => {
  const tensors = writeColumn('c', { kind: 'text', codes: Int32Array.of(2), values: ['a', 'b'] })
  expect(() => readColumn('c', tensors)).toThrow('unknown code 2')
  expect(() => readColumn('d', tensors)).toThrow(ArtifactError)
})
