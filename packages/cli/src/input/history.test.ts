import { type Entities, idsOf } from '@recspec/core'
import { expect, test } from 'vitest'
import { parseHistory } from './history.js'

const titles = ['Alien', 'Lion King, The', 'E = mc2', 'Heat']
const items: Entities = {
  ids: idsOf(['a', 'b', 'c', '42']),
  columns: new Map([['title', { kind: 'text', values: titles, codes: Int32Array.of(0, 1, 2, 3) }]]),
  nameColumn: 'title',
}
const read = (text: string) => parseHistory(text, items)

test('ids and names are read in their order, with the values some have', () => {
  expect(read('Alien, 42=4.5,b = 1')).toEqual([{ index: 0 }, { index: 3, value: 4.5 }, { index: 1, value: 1 }])
  expect(read('a')).toEqual([{ index: 0 }])
})

test('names may contain commas and signs, and may be quoted', () => {
  expect(read('Lion King, The=5, E = mc2, "Heat"=-1')).toEqual([
    { index: 1, value: 5 },
    { index: 2 },
    { index: 3, value: -1 },
  ])
})

test('a malformed history is refused', () => {
  expect(() => read('Alien, Haet')).toThrow('unknown name "Haet"')
  expect(() => read(' ')).toThrow('missing items in --history')
  expect(() => read('Alien=five')).toThrow('missing comma before "=five"')
  expect(() => read('"Alien" Heat')).toThrow('missing comma before "Heat"')
  expect(() => read('Alien,')).toThrow('missing name')
})
