import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
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
