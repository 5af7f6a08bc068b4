import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import { builtin } from './index.js'

const sections = { inputs: builtin.inputs!, layers: builtin.layers!, losses: builtin.losses! }
const operators = Object.entries(sections).flatMap(([section, entries]) =>
  Object.entries(entries).map(([name, operator]) => [`${section} ${name}`, operator] as const),
)

test('documents know these names without a prefix', () => {
  expect(Object.keys(builtin.inputs!).sort()).toEqual([
    'bucket',
    'categories',
    'category',
    'history',
    'id',
    'number',
    'tensor',
  ]) // prettier-ignore
  expect(Object.keys(builtin.layers!).sort().join(' ')).toBe(
    'activation attention batchNorm bias concat conv1d cosine dense dot dropout gru hadamard l2Norm layerNorm lstm ' +
      'mlp pool position residual sum',
  )
  expect(Object.keys(builtin.losses!).sort()).toEqual(['bce', 'bpr', 'ccl', 'mae', 'mse', 'softmax', 'warp'])
})

test.each(operators)(
  '%s describes its parameters, takes its own defaults and nothing unknown',
  (_, { summary, params }) => {
    const schema = params as unknown as {
      additionalProperties?: unknown
      properties: Record<string, { description?: string; default?: unknown }>
    }
    expect(summary).toMatch(/^[A-Z].*\.$/)
    expect(schema.additionalProperties).toBe(false)
    for (const [name, property] of Object.entries(schema.properties)) {
      expect(property.description, name).toBeTruthy()
      if (property.default !== undefined) expect(Value.Check(property as never, property.default), name).toBe(true)
    }
  },
)
