import { loss, type Plugin, Type, tf } from '@recspec/core'
import { expect, test } from 'vitest'
import { operatorTable } from './table.js'

test('a row for each operator, with its parameters and their defaults', () => {
  const absolute = loss({
    summary: 'Sum of |error|.',
    params: Type.Object({ scale: Type.Number({ default: 2 }), name: Type.String() }, { additionalProperties: false }),
    inputs: { score: 'one' },
    examples: () => ({ of: 'event', items: 'own' }),
    apply: (_, { score }) => tf.abs(score.tensor),
  })
  const plugin: Plugin = { name: 'demo', apiVersion: 1, losses: { absolute } }
  expect(operatorTable(plugin)).toBe(
    [
      '| kind | name | parameters | |',
      '|---|---|---|---|',
      '| loss | `demo/absolute` | `scale` 2, `name` | Sum of \\|error\\|. |',
      '',
    ].join('\n'),
  )
})
