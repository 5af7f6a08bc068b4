import { compile, schema } from '@recspec/dsl'
import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { ids } from '../../test/world.js'
import { isMacro } from '../contract/plugin.js'
import { builtin } from './index.js'

const { inputs, layers, losses, solvers, splits, candidates, samplers, metrics } = builtin as Required<typeof builtin>
const sections = { inputs, layers, losses, solvers, splits, candidates, samplers }
const operators = Object.entries(sections).flatMap(([section, entries]) =>
  Object.entries(entries).map(([name, operator]) => [`${section} ${name}`, operator] as const),
)

test.each(operators)(
  '%s describes its parameters, takes its own defaults and nothing unknown',
  (text, { summary, params }) => {
    const own = params as unknown as {
      additionalProperties?: unknown
      properties: Record<string, { description?: string; default?: unknown }>
    }
    // a summary of an op, input, loss or solver is a sentence; of the others a phrase
    expect(summary).toMatch(/^(inputs|layers|losses|solvers)/.test(text) ? /^[A-Z].*\.$/ : /^[a-z].*[^.]$/)
    expect(own.additionalProperties).toBe(false)
    for (const [name, property] of Object.entries(own.properties)) {
      expect(property.description, name).toBeTruthy()
      if (property.default !== undefined) expect(Value.Check(property as never, property.default), name).toBe(true)
    }
  },
)

test.each(Object.entries(metrics))('metric %s is described by a phrase', (_, { summary }) => {
  expect(summary).toMatch(/^[a-z].*[^.]$/)
})

/** Parameters of each macro, over a user and an item vector. */
const macros: Readonly<Record<string, Record<string, unknown>>> = {
  mlp: { units: [4, 1], normalize: 'batch', dropout: 0.5, last: 'linear' },
}

test('every macro has a case', () => {
  const names = Object.entries(layers).flatMap(([name, operator]) => (isMacro(operator) ? [name] : []))
  expect(Object.keys(macros).sort()).toEqual(names.sort())
})

test.each(Object.entries(macros))('macro %s expands to a document that compiles again', (type, params) => {
  const document = {
    recspec: 1,
    name: 'test',
    inputs: ids,
    embeddings: { p: { input: 'user', dim: 3 }, q: { input: 'item', dim: 3 } },
    ops: { score: { type, inputs: ['p', 'q'], ...params } },
    heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
    solver: { type: 'sgd' },
  }
  const compiled = (source: unknown) => compile({ name: 'test.json', text: JSON.stringify(source) }, [])
  const expanded = compiled(document)
  expect([...expanded.nodes.values()].some((node) => node.kind === 'op' && node.type === type)).toBe(false)
  expect(compiled(expanded.document).document).toEqual(expanded.document)
  expect(JSON.stringify(schema([]))).toContain(`"const":"${type}"`)
})
