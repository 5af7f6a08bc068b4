import { expect, test } from 'vitest'
import type { Layer } from '../../contract/layer.js'
import * as namespace from './index.js'

const layers: Readonly<Record<string, Layer>> = { ...namespace }

test.each([
  ['attention', { causal: false }, 'needs "causal": true'],
  ['conv1d', { stride: 1 }, 'needs "padding": "causal"'],
  ['conv1d', { stride: 2, padding: 'causal' }, 'needs stride 1, got 2'],
  ['pool', { by: ['mean', 'max'] }, 'has no running "max"'],
] as const)('%s with %o says what it needs', (op, params, message) => {
  expect(() => layers[op]!.causal!(params)).toThrow(message)
})

test('batch normalization, whose statistics are over all steps, is not causal', () => {
  expect(layers['batchNorm']!.causal).toBeUndefined()
})
