import { expect, test } from 'vitest'
import { parseSize, parseWhole } from './number.js'
import { parseOverride } from './overrides.js'

test('a value is JSON where it parses and text where it does not', () => {
  expect(parseOverride('/solver/epochs=5')).toEqual({ pointer: '/solver/epochs', value: 5 })
  expect(parseOverride('/solver/type=adam')).toEqual({ pointer: '/solver/type', value: 'adam' })
  expect(parseOverride('/ops/deep/units=[8,4]')).toEqual({ pointer: '/ops/deep/units', value: [8, 4] })
  expect(parseOverride('/name=a=b')).toEqual({ pointer: '/name', value: 'a=b' })
})

test('a text without a pointer or a value is refused', () => {
  for (const text of ['solver.epochs=5', '/solver/epochs']) expect(() => parseOverride(text)).toThrow('invalid --set')
})

test('values that no document may hold are refused, however deep', () => {
  expect(() => parseOverride('/solver/iterations=1e400')).toThrow('invalid number in --set /solver/iterations')
  expect(() => parseOverride('/a=[1, { "b": -1e999 }]')).toThrow('expected a finite one')
  expect(() => parseOverride(`/ops=${'['.repeat(100_000)}${']'.repeat(100_000)}`)).toThrow('expected at most 64 levels')
  expect(parseOverride(`/ops=${'['.repeat(64)}${']'.repeat(64)}`).pointer).toBe('/ops')
})

test('sizes have units', () => {
  expect([parseSize('2g'), parseSize('1.5 GB'), parseSize('800m'), parseSize('4000')]).toEqual([2e9, 1.5e9, 8e8, 4000])
  expect(() => parseSize('plenty')).toThrow('invalid --budget "plenty"')
})

test('a seed has 32 bits', () => {
  const seed = parseWhole('--seed', 0, 2 ** 32 - 1)
  expect(seed('4294967295')).toBe(4294967295)
  expect(() => seed('4294967296')).toThrow(
    expect.objectContaining({ hint: 'expected a whole number from 0 to 4294967295' }),
  )
})

test('whole numbers are whole and large enough', () => {
  expect(parseWhole('-k', 1)('10')).toBe(10)
  for (const text of ['0', '1.5', 'ten', '']) expect(() => parseWhole('-k', 1)(text)).toThrow('invalid -k')
})
