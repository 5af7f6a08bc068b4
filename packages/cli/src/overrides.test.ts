import { expect, test } from 'vitest'
import { override } from './overrides.js'
import { size, whole } from './size.js'

test('a value is JSON where it parses and text where it does not', () => {
  expect(override('/solver/epochs=5')).toEqual({ pointer: '/solver/epochs', value: 5 })
  expect(override('/solver/type=adam')).toEqual({ pointer: '/solver/type', value: 'adam' })
  expect(override('/ops/deep/units=[8,4]')).toEqual({ pointer: '/ops/deep/units', value: [8, 4] })
  expect(override('/name=a=b')).toEqual({ pointer: '/name', value: 'a=b' })
})

test('what is no pointer and value is refused', () => {
  for (const text of ['solver.epochs=5', '/solver/epochs']) expect(() => override(text)).toThrow('invalid --set')
})

test('sizes have units', () => {
  expect([size('2g'), size('1.5 GB'), size('800m'), size('4000')]).toEqual([2e9, 1.5e9, 8e8, 4000])
  expect(() => size('plenty')).toThrow('invalid --budget "plenty"')
})

test('whole numbers are whole and large enough', () => {
  expect(whole('-k', 1)('10')).toBe(10)
  for (const text of ['0', '1.5', 'ten', '']) expect(() => whole('-k', 1)(text)).toThrow('invalid -k')
})
