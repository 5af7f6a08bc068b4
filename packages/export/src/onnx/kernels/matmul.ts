import { isBatch } from '../dims.js'
import { activations } from './activations.js'
import type { Call, Operand, Translations } from './kernel.js'

const swapped = (graph: Call['graph'], { name, dims }: Operand): string => {
  const perm = dims.map((_, axis) => axis)
  perm.splice(-2, 2, dims.length - 1, dims.length - 2)
  return graph.node('Transpose', [name], { perm: { ints: perm } })
}

const product = ({ graph, input, attributes }: Call): string => {
  const side = (name: 'a' | 'b', transposed: unknown) => (transposed ? swapped(graph, input(name)) : input(name).name)
  return graph.node('MatMul', [side('a', attributes.transposeA), side('b', attributes.transposeB)])
}

/** Products of matrices. */
export const products: Translations = {
  BatchMatMul: product,
  _FusedMatMul: (call) => {
    const bias = call.optional('bias')
    const sums = product(call)
    return activations(call, bias ? call.graph.node('Add', [sums, bias.name]) : sums)
  },
  Einsum: ({ graph, inputs, attributes }) => {
    if (inputs.some(({ dims }) => dims.slice(1).some(isBatch))) throw new Error('mixes the entries of a batch')
    return graph.node(
      'Einsum',
      inputs.map(({ name }) => name),
      { equation: { text: attributes.equation as string } },
    )
  },
}
