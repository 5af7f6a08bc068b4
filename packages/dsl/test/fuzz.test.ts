import { Ajv } from 'ajv'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { check, compileDocument, print, schema } from '../src/index.js'
import { pathOf, valueAt } from '../src/pointer.js'
import { documents, json } from './documents.js'
import { isSeenBySchema } from './schemacodes.js'
import { toy } from './toy.js'

const accepts = new Ajv({ strict: false, ownProperties: true, logger: false }).compile(schema([toy]))
const seeds = Object.values(documents).map((text): unknown => json(text))

/** Paths of everything in a document, the document itself left out. */
const places = (value: unknown, path: readonly string[] = []): readonly (readonly string[])[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...places(inner, [...path, key])])
    : []

const words = [
  'p',
  'q',
  'user',
  'item',
  'score',
  'deep',
  'deep/left',
  'dot',
  'mlp',
  'toy/pair',
  '__proto__',
  'constructor',
  'toString',
  '',
  'a b',
  'a/b',
]
const value = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<unknown>(...words) },
  fc.constantFrom<unknown>(
    0,
    1,
    -1,
    1.5,
    1e6,
    true,
    false,
    null,
    [],
    {},
    ['p'],
    ['p', 'q', 'p'],
    { type: 'dot' },
    { type: 'sgd' },
  ),
  fc.jsonValue({ maxDepth: 3 }),
)
const change = fc.record({
  at: fc.nat(),
  how: fc.constantFrom('remove', 'replace', 'add', 'rename', 'move'),
  value,
  key: fc.constantFrom(...words, 'type', 'inputs', 'dim', 'table', 'combine', 'ranks', 'heads', 'trains', 'normalized'),
  other: fc.nat(),
})
type Change = typeof change extends fc.Arbitrary<infer C> ? C : never

const define = (object: object, key: string, value: unknown) =>
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })

const changed = (document: unknown, { at, how, value, key, other }: Change): unknown => {
  const all = places(document)
  if (all.length === 0) return value
  const path = all[at % all.length]!
  const parent = valueAt(document, path.slice(0, -1)) as Record<string, unknown>
  const last = path.at(-1)!
  if (Array.isArray(parent)) {
    if (how === 'remove') parent.splice(Number(last), 1)
    else if (how === 'add') parent.push(value)
    else parent[Number(last)] = value
    return document
  }
  const old = parent[last]
  if (how === 'replace') define(parent, last, value)
  else if (how === 'move') define(parent, last, JSON.parse(JSON.stringify(valueAt(document, all[other % all.length]!))))
  else if (how === 'add') define(parent, key, value)
  else {
    delete parent[last]
    if (how === 'rename') define(parent, key, old)
  }
  return document
}

const mutated = fc
  .tuple(fc.nat(seeds.length - 1), fc.array(change, { minLength: 1, maxLength: 4 }))
  .map(([seed, changes]) => changes.reduce(changed, JSON.parse(JSON.stringify(seeds[seed]))))

test('a mutated document is compiled or refused, each diagnostic at a place it has, with the verdict of the schema', () => {
  fc.assert(
    fc.property(mutated, (document) => {
      const text = JSON.stringify(document, null, 1) ?? 'null'
      const { graph, diagnostics } = check({ name: 'fuzz.json', text }, [toy])
      expect(graph === undefined).toBe(diagnostics.length > 0)
      for (const diagnostic of diagnostics) {
        const path = pathOf(diagnostic.pointer)!
        const there = path.length === 0 || valueAt(JSON.parse(text), path.slice(0, -1)) !== undefined
        expect(there, diagnostic.pointer).toBe(true)
        expect(print(diagnostic)).not.toMatch(/undefined|NaN|\[object/)
      }
      expect(
        accepts(JSON.parse(text)),
        `schema ${JSON.stringify(accepts.errors?.[0])}\n${diagnostics.map(print).join('\n')}`,
      ).toBe(!diagnostics.some(isSeenBySchema))
      if (graph) expect(compileDocument(graph.document, [toy]).document).toEqual(graph.document)
    }),
    { numRuns: Number(process.env['FUZZ'] ?? 400), seed: 7 },
  )
})

test('any text is compiled or refused', () => {
  const pieces = fc.array(
    fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"inputs"',
      '"a"',
      '1',
      '-',
      '1e999',
      '/*',
      '//',
      '\n',
      '\\',
      'null',
      '\u0000',
      '😀',
      "'",
    ),
    { maxLength: 40 },
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        pieces.map((list) => list.join('')),
      ),
      (text) => {
        const { diagnostics } = check({ name: 'fuzz.json', text }, [toy])
        expect(diagnostics.length).toBeGreaterThan(0)
        for (const { line, column, excerpt } of diagnostics) {
          expect(line).toBeGreaterThan(0)
          expect(column).toBeGreaterThan(0)
          expect(excerpt).toContain('^')
        }
      },
    ),
    { numRuns: Number(process.env['FUZZ'] ?? 400), seed: 7 },
  )
})

test('nothing that a document says reaches a prototype', () => {
  const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__']
  for (const name of names)
    for (const text of Object.values(documents))
      for (const word of ['user', 'item', 'p', 'q', 'score', 'type', 'inputs', 'dim', 'dot', 'adam', 'sgd', 'rmse'])
        check({ name: 'x', text: text.replaceAll(`"${word}"`, `"${name}"`) }, [toy])
  expect(Object.keys(Object.prototype)).toEqual([])
  expect(({} as Record<string, unknown>)['type']).toBeUndefined()
})
