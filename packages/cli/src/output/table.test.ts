import { expect, test } from 'vitest'
import { formatBytes, formatCount, formatDuration, formatMetric, formatNumber, table, wrap } from './table.js'

test('columns are aligned and no line ends in spaces', () => {
  expect(
    table(
      [
        ['metric', 'model'],
        ['hr@10', '0.7'],
        ['é', ''],
      ],
      ['left', 'right'],
    ),
  ).toBe('  metric  model\n  hr@10     0.7\n  é\n')
})

test('a cell is one line, whatever it holds', () => {
  expect(table([['a\nb', '\u001b[31m\u202e']])).toBe('  a\\nb  \\u001b[31m\\u202e\n')
})

test('long lines break at spaces and continue indented; words are not cut', () => {
  expect(wrap('  one two three four\nshort\n', 14)).toBe('  one two\n      three\n      four\nshort\n')
  expect(wrap('abcdefghij klm', 5)).toBe('abcdefghij\n    klm')
})

test('numbers have four significant digits', () => {
  expect([0.123456, 12345.6, 0, 0.00001234, 3, Number.NaN].map(formatNumber)).toEqual([
    '0.1235',
    '12,346',
    '0',
    '1.23e-5',
    '3',
    '–',
  ])
  expect(formatMetric(0.7)).toBe('0.7000')
  expect(formatCount(1234567)).toBe('1,234,567')
})

test('durations and sizes choose their unit', () => {
  expect([0.234, 9.96, 42.4, 65, 3661].map(formatDuration)).toEqual(['0.2 s', '10.0 s', '42 s', '1:05', '1:01:01'])
  expect([12, 1500, 123_456, 2.5e9].map(formatBytes)).toEqual(['12 B', '1.5 kB', '123 kB', '2.5 GB'])
})
