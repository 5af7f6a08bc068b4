import { expect, test } from 'vitest'
import { closest } from './closest.js'

test('a misspelt word finds the closest one', () => {
  expect(closest('Germny', ['Turkey', 'Germany', 'Ghana'])).toBe('Germany')
  expect(closest('toy story', ['Toy Story', 'Toy Soldiers'])).toBe('Toy Story')
})

test('a word without a close one finds none', () => {
  expect(closest('Colombia', ['Turkey', 'Iceland'])).toBeUndefined()
  expect(closest('1', ['2', '3'])).toBeUndefined()
  expect(closest('', ['a'])).toBeUndefined()
})
