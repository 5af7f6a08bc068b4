import { expect, test } from 'vitest'
import { pathOf, pointer, valueAt } from './pointer.js'

test('pointers are those of RFC 6901', () => {
  const document = { foo: ['bar', 'baz'], '': 0, 'a/b': 1, 'm~n': 8, '~1': 2 }
  const written = ['', '/foo', '/foo/0', '/', '/a~1b', '/m~0n', '/~01']
  const values = written.map((text) => valueAt(document, pathOf(text)!))
  expect(values).toEqual([document, ['bar', 'baz'], 'bar', 0, 1, 8, 2])
  for (const text of written) expect(pointer(pathOf(text)!)).toBe(text)
})

test('text that is no pointer has no path', () => {
  expect(pathOf('foo')).toBeUndefined()
  expect(pathOf('/a~2')).toBeUndefined()
  expect(pathOf('/a~')).toBeUndefined()
})

test('there is nothing at inherited names', () => {
  expect(valueAt({}, ['constructor'])).toBeUndefined()
  expect(valueAt([1], ['length'])).toBeUndefined()
  expect(valueAt('text', ['0'])).toBeUndefined()
})
