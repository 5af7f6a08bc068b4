import { type Expansion, layer, macro, type Plugin, Type } from '@recspec/core'
import { expect, test } from 'vitest'
import { check } from '../src/index.js'

const closed = { additionalProperties: false } as const

/** What `check` says of a document with one macro that returns, or throws, what it is given. */
const checked = (expand: (inputs: { x: readonly string[] }) => unknown, more: Plugin['layers'] = {}) => {
  const faulty = macro({
    summary: 'A macro.',
    params: Type.Object({}, closed),
    inputs: { x: 'one' },
    expand: (_, inputs) => expand(inputs) as Expansion,
  })
  const plugin: Plugin = { name: 'odd', apiVersion: 1, layers: { faulty, ...more } }
  const text = JSON.stringify({
    inputs: { user: { type: 'id', entity: 'user' } },
    embeddings: { p: { input: 'user', dim: 4 } },
    ops: { made: { type: 'odd/faulty', inputs: ['p'] }, score: { type: 'dense', inputs: ['made'], units: 1 } },
    heads: { rating: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
    solver: { type: 'sgd' },
  })
  const { graph, diagnostics } = check({ name: 'x.json', text }, [plugin])
  expect(graph === undefined).toBe(diagnostics.length > 0)
  return diagnostics.map(({ pointer, code, message }) => `${pointer} ${code}: ${message}`)
}
const bias = (input: string) => ({ type: 'bias', inputs: [input] })
const of = (sentence: string, code = 'plugin-error') => [`/ops/made ${code}: odd/faulty (unknown version) ${sentence}`]

test('an output is named with a leading dot, as references to parts are, or without', () => {
  expect(checked(({ x }) => ({ ops: { a: bias(x[0]!) }, output: '.a' }))).toEqual([])
  expect(checked(({ x }) => ({ ops: { a: bias(x[0]!) }, output: 'a' }))).toEqual([])
})

test('an expansion that is none is one diagnostic at the op, which names the macro', () => {
  expect(checked(() => undefined)).toEqual(of('expands to undefined, expected an object with "ops" and "output"'))
  expect(checked(() => [])).toEqual(of('expands to [], expected an object with "ops" and "output"'))
  expect(checked(() => ({ output: 'a' }))).toEqual(of('expands to no object of "ops"'))
  expect(checked(() => ({ ops: {}, output: 'a' }))).toEqual(of('has the unknown "output" "a"'))
  expect(checked(({ x }) => ({ ops: { a: bias(x[0]!) } }))).toEqual(
    of('expands to the "output" undefined, expected the name of one of its parts'),
  )
  expect(checked(({ x }) => ({ ops: { a: bias(x[0]!) }, output: 'b' }))).toEqual(of('has the unknown "output" "b"'))
  expect(checked(() => ({ ops: { a: null }, output: 'a' }))).toEqual(
    of('makes null of "a" in "ops", expected an object'),
  )
  expect(checked(() => ({ ops: { a: { type: 'bias' } }, output: 'a' }))).toEqual(
    of('makes no list of names of the "inputs" of "a"'),
  )
})

test('names of parts follow the rule for names', () => {
  for (const name of ['', 'a/b', 'a b', '.a', 'x'.repeat(129)])
    expect(checked(({ x }) => ({ ops: { [name]: bias(x[0]!) }, output: name }))[0]).toMatch(
      '/ops/made plugin-error: odd/faulty (unknown version) makes the invalid name',
    )
})

test('parts that read what is not there, or themselves, are one diagnostic', () => {
  expect(checked(() => ({ ops: { a: bias('.b') }, output: 'a' }))).toEqual(
    of('makes "bias" read "made/b", which is unknown'),
  )
  expect(checked(() => ({ ops: { a: bias('q') }, output: 'a' }))).toEqual(of('makes "bias" read "q", which is unknown'))
  expect(checked(() => ({ ops: { a: bias('user') }, output: 'a' }))).toEqual(
    of('makes "bias" read "user", which gives rows'),
  )
  expect(checked(() => ({ ops: { a: bias('.b'), b: bias('.a') }, output: 'a' }))).toEqual(
    of('makes a cycle: "made/a" reads itself'),
  )
  expect(
    checked(({ x }) => ({ embeddings: { e: { input: 'q', dim: 2 } }, ops: { a: bias(x[0]!) }, output: 'a' })),
  ).toEqual(['/ops/made invalid-macro: "odd/faulty" makes an invalid embedding "e": unknown input "q"'])
})

test('an embedding that a document could not write is refused at the op: an artifact stores the expansion', () => {
  const withEmbedding = (more: object) =>
    checked(({ x }) => ({
      embeddings: { e: { input: 'user', dim: 2, ...more } },
      ops: { a: { type: 'concat', inputs: [x[0]!, '.e'] } },
      output: 'a',
    }))
  expect(withEmbedding({})).toEqual([])
  expect(withEmbedding({ combine: 'mean' })).toEqual([
    '/ops/made invalid-macro: "odd/faulty" makes an invalid embedding "e": input "user" gives one row, expected several for "combine"',
  ])
})

test('an expansion that throws is a diagnostic: its sentence, or the fault', () => {
  expect(
    checked(() => {
      throw new Error('needs more')
    }),
  ).toEqual(['/ops/made invalid-macro: "odd/faulty" needs more'])
  expect(
    checked(() => {
      throw new TypeError('x is undefined')
    }),
  ).toEqual(['/ops/made plugin-error: odd/faulty (unknown version) failed in expand: TypeError: x is undefined'])
})

test('an expansion that is too large is refused before its parts are checked', () => {
  const parts = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, bias('p')]))
  expect(checked(() => ({ ops: parts(50_000), output: 'a0' }))).toEqual([
    '/ops/made too-large: "odd/faulty" makes the document too large: expected at most 10000 values once macros are expanded',
  ])
})

test('an operator that throws or returns nonsense is a diagnostic that names it', () => {
  const odd = (shape: () => never[]) =>
    layer({ summary: 'Odd.', params: Type.Object({}, closed), inputs: { x: 'one' }, shape, apply: (_, { x }) => x })
  const uses = ({ x }: { x: readonly string[] }) => ({ ops: { a: { type: 'odd/op', inputs: x } }, output: 'a' })
  expect(
    checked(uses, {
      op: odd(() => {
        throw new RangeError('too far')
      }),
    }),
  ).toEqual(['/ops/made plugin-error: odd/op (unknown version) failed in shape: RangeError: too far'])
  expect(checked(uses, { op: odd(() => [-1] as never) })[0]).toMatch(
    'plugin-error: odd/op (unknown version) failed in shape',
  )
  expect(checked(uses, { op: odd(() => undefined as never) })[0]).toMatch(
    'plugin-error: odd/op (unknown version) failed in shape',
  )
})
