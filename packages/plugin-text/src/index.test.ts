import type { OpNode } from '@recspec/core'
import { compile } from '@recspec/dsl'
import { expect, test } from 'vitest'
import * as exported from './index.js'

test('exports one plugin with an input and five macros', () => {
  expect(Object.keys(exported)).toEqual(['text'])
  expect(Object.keys(exported.text.inputs)).toEqual(['tokens'])
  expect(Object.keys(exported.text.layers).sort()).toEqual(['attention', 'bag', 'cnn', 'gru', 'lstm'])
})

test('every macro makes one vector of a text', () => {
  for (const [type, width] of [
    ['text/lstm', 16],
    ['text/gru', 16],
    ['text/cnn', 96],
    ['text/attention', 32],
    ['text/bag', 32],
  ] as const) {
    const document = {
      recspec: 1,
      name: 'classifier',
      inputs: { review: { type: 'text/tokens', entity: 'event', maxLength: 7 } },
      ops: {
        words: { type, inputs: ['review'] },
        positive: { type: 'dense', inputs: ['words'], units: 1 },
      },
      heads: {
        sentiment: { inputs: ['positive'], target: { column: 'label', positive: 'yes' }, loss: { type: 'bce' } },
      },
      solver: { type: 'adam' },
    }
    const graph = compile({ name: 'text.json', text: JSON.stringify(document) }, [exported.text])
    const positive = graph.nodes.get('positive') as OpNode
    expect(graph.nodes.get(positive.inputs[0]!)!.shape).toEqual([width])
    expect(graph.tables.get('words/words')!.dim).toBe(32)
  }
})
