import type { Layer } from '@recspec/core'
import type { Check } from '../check.js'
import { deadParameters } from '../parameters.js'
import { type PreparedLayer, prepareLayer } from './case.js'
import { layerNumbers, valuesOf } from './run.js'
import type { LayerSubject } from './subject.js'

/** Every declared parameter changes a shape, a weight, a form, a claim or a value. */
export const parameters: Check<LayerSubject> = {
  name: 'parameters',
  says: 'every declared parameter changes something',
  applies: ({ layer }) => Object.keys(layer.params.properties).length > 0,
  async *run({ layer, settings }) {
    const uses = settings.map(({ params, nodes }) => ({
      params,
      print: (one: PreparedLayer['params']) => fingerprint(layer, one, nodes),
    }))
    yield* deadParameters(layer.params, uses)
  },
}

const fingerprint = (layer: Layer, params: PreparedLayer['params'], nodes: PreparedLayer['nodes']): string => {
  const prepared = prepareLayer(layer, params, nodes)
  const { shapes, output, weights } = prepared
  const form = layer.form?.(params, shapes)
  const numbers = layerNumbers(prepared, 12)
  const values = [true, false].map((training) => [...valuesOf(layer, prepared, numbers, { training })])
  const assigned = new Map<string, Float32Array>()
  valuesOf(layer, prepared, numbers, { training: true, assigned })
  return JSON.stringify([
    output,
    weights,
    form,
    layer.outputsProbability?.(params),
    isCausal(layer, params),
    values,
    [...assigned].map(([name, one]) => [name, ...one]),
  ])
}

const isCausal = (layer: Layer, params: PreparedLayer['params']): boolean => {
  try {
    return layer.causal?.(params) !== undefined
  } catch {
    return false
  }
}
