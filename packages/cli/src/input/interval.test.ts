import { expect, test } from 'vitest'
import { parseInterval } from './interval.js'

const read = parseInterval('--checkpoint-every')

test('a number without a unit counts steps, with one it is a time', () => {
  expect(['500', '30s', '5m', '1H'].map(read)).toEqual([
    { steps: 500 },
    { seconds: 30 },
    { seconds: 300 },
    { seconds: 3600 },
  ])
})

test.each(['', '0', '0s', '-5', '1.5', '5 epochs', 's', '1e3'])('"%s" is refused', (text) => {
  expect(() => read(text)).toThrow(`invalid --checkpoint-every "${text}"`)
})
