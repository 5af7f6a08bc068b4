import { expect, test } from 'vitest'
import { check, print } from '../src/index.js'
import { valueAt } from '../src/pointer.js'
import { documents, json } from './documents.js'
import { toy } from './toy.js'

const places = (value: unknown, path: readonly string[] = []): readonly (readonly string[])[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...places(inner, [...path, key])])
    : []

/** A document with one value changed, or one property renamed. */
const changed = (document: unknown, path: readonly string[], change: (parent: object, key: string) => void): string => {
  const copy: unknown = JSON.parse(JSON.stringify(document))
  change(valueAt(copy, path.slice(0, -1)) as object, path.at(-1)!)
  return JSON.stringify(copy, null, 1)
}

const put = (parent: object, key: string, value: unknown) =>
  void Object.defineProperty(parent, key, { value, enumerable: true, configurable: true, writable: true })

for (const [name, text] of Object.entries(documents)) {
  const document: unknown = json(text)
  const all = places(document)
  const most = (limit: number, what: string, changes: readonly (readonly [readonly string[], string])[]) => {
    expect(changes.length).toBeGreaterThan(0)
    for (const [path, changed] of changes) {
      const { diagnostics } = check({ name: 'x.json', text: changed }, [toy])
      const seen = `/${path.join('/')} ${what}\n${diagnostics.map(print).join('\n\n')}`
      expect(diagnostics.length, seen).toBeLessThanOrEqual(limit)
    }
  }

  test(`${name}: any word misspelt is at most one diagnostic`, () => {
    const texts = all.filter((path) => typeof valueAt(document, path) === 'string')
    most(
      1,
      'misspelt',
      texts.map((path) => [
        path,
        changed(document, path, (parent, key) => put(parent, key, `${(parent as Record<string, string>)[key]}z`)),
      ]),
    )
  })

  test(`${name}: any property misspelt is at most one diagnostic`, () => {
    // names of entries are not properties: renaming one would also break its readers
    const properties = all.filter((path) => {
      const parent = valueAt(document, path.slice(0, -1))
      return (
        !Array.isArray(parent) && !(path.length === 2 && ['inputs', 'embeddings', 'ops', 'heads'].includes(path[0]!))
      )
    })
    most(
      1,
      'renamed',
      properties.map((path) => [
        path,
        changed(document, path, (parent, key) => {
          const old = (parent as Record<string, unknown>)[key]
          delete (parent as Record<string, unknown>)[key]
          put(parent, `${key}z`, old)
        }),
      ]),
    )
  })

  for (const [what, value] of [
    ['null', null],
    ['a list in a list', [[]]],
    ['an empty object', {}],
    ['a huge number', 1e300],
  ] as const)
    test(`${name}: any value replaced by ${what} is at most one diagnostic`, () => {
      const some = all.filter((path) => !(what === 'an empty object' && typeof valueAt(document, path) === 'object'))
      most(
        1,
        what,
        some.map((path) => [path, changed(document, path, (parent, key) => put(parent, key, value))]),
      )
    })
}
