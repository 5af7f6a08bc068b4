import { expect, test } from 'vitest'
import { check, compile, print } from '../src/index.js'
import { documents } from './documents.js'

const source = { name: 'rating.json', text: documents['rating']! }

test('an override takes the place of what the document says', () => {
  const graph = compile(
    source,
    [],
    [
      { pointer: '/solver/epochs', value: 5 },
      { pointer: '/embeddings/p/dim', value: 9 },
      { pointer: '/embeddings/q/dim', value: 9 },
      { pointer: '/evaluation/metrics/0', value: 'mae' },
    ],
  )
  expect(graph.phases[0]!.params['epochs']).toBe(5)
  expect(graph.tables.get('p')!.dim).toBe(9)
  expect(graph.evaluation.metrics.map(({ text }) => text)).toEqual(['mae', 'mse(rounded)'])
})

test('a mistake in an override is shown in the override', () => {
  const { diagnostics } = check(source, [], [{ pointer: '/solver/epochs', value: 'five' }])
  expect(diagnostics.map(print)).toEqual([
    [
      '/solver/epochs: invalid "epochs": expected an integer ≥ 1, got "five"',
      '  --> --set:1:16',
      '   |',
      ' 1 | /solver/epochs="five"',
      '   |                ^^^^^^',
    ].join('\n'),
  ])
})

test('an override of a place that is not there is a mistake', () => {
  const messages = (pointer: string, value: unknown) =>
    check(source, [], [{ pointer, value }]).diagnostics.map(({ code, pointer }) => [code, pointer])
  expect(messages('/solvr/epochs', 5)).toEqual([['unknown-pointer', '/solvr/epochs']])
  expect(messages('/evaluation/metrics/7', 'mae')).toEqual([['unknown-pointer', '/evaluation/metrics/7']])
  expect(messages('solver', 5)).toEqual([['unknown-pointer', '']])
  expect(messages('/solver/epochs', Number.NaN)[0]).toEqual(['not-finite', '/solver/epochs'])
})

test('an override of what a mistake outside of it depends on is reported where the mistake is', () => {
  const { diagnostics } = check(source, [], [{ pointer: '/embeddings/p/dim', value: 3 }])
  expect(diagnostics).toMatchObject([{ code: 'shape', source: 'rating.json', pointer: '/ops/match/inputs' }])
})

test('an override cannot reach a prototype', () => {
  check(
    source,
    [],
    [
      { pointer: '/__proto__/polluted', value: 1 },
      { pointer: '/solver/__proto__', value: { polluted: 1 } },
    ],
  )
  expect(({} as { polluted?: number }).polluted).toBeUndefined()
})
