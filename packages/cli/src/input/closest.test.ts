import { expect, test } from 'vitest'
import { closest } from './closest.js'

test('a slip of the finger finds the word', () => {
  expect(closest('Germny', ['Turkey', 'Germany', 'Ghana'])).toBe('Germany')
  expect(closest('toy story', ['Toy Story', 'Toy Soldiers'])).toBe('Toy Story')
})

test('nothing near is nothing', () => {
  expect(closest('Colombia', ['Turkey', 'Iceland'])).toBeUndefined()
  expect(closest('1', ['2', '3'])).toBeUndefined()
  expect(closest('', ['a'])).toBeUndefined()
})
