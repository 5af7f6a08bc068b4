import { expect, test } from 'vitest'
import { suggester } from './suggest.js'

const suggest = suggester()

test('the nearest name is suggested', () => {
  expect(suggest('dens', ['dot', 'dense', 'sense'])).toBe('dense')
  expect(suggest('learning_rate', ['epochs', 'learningRate'])).toBe('learningRate')
  expect(suggest('dmi', ['input', 'dim', 'init'])).toBe('dim')
})

test('a change of case is nearer than any other', () => {
  expect(suggest('Adam', ['adamx', 'adam'])).toBe('adam')
})

test('what is far away is not suggested', () => {
  expect(suggest('banana', ['dot', 'dense', 'cosine'])).toBeUndefined()
  expect(suggest('dot', ['embedding'])).toBeUndefined()
})

test('names of one and two letters are suggested by case only', () => {
  expect(suggest('r', ['p', 'q'])).toBeUndefined()
  expect(suggest('P', ['p', 'q'])).toBe('p')
})

test('a name is no suggestion for itself', () => {
  expect(suggest('score', ['score'])).toBeUndefined()
})

test('the work of all calls together is bounded', () => {
  const tired = suggester(50)
  expect(tired('dens', ['dense'])).toBe('dense')
  expect(tired('dens', ['dense'])).toBe('dense')
  expect(tired('dens', ['dense'])).toBeUndefined()
})

test('a name too long for a document is not compared at all', () => {
  expect(suggest('a'.repeat(129), ['a'.repeat(128)])).toBeUndefined()
})
