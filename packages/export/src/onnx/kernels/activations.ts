import type { Call } from './kernel.js'

const OPS: Readonly<Record<string, string>> = { relu: 'Relu', elu: 'Elu', sigmoid: 'Sigmoid' }

/** The activation that a fused kernel of tfjs ends with. */
export const activations = ({ graph, attributes, optional }: Call, x: string): string => {
  const name = attributes.activation as string | null | undefined
  if (name === undefined || name === null || name === 'linear') return x
  if (name === 'relu6') return graph.node('Clip', [x, graph.scalar('float', 0), graph.scalar('float', 6)])
  if (name === 'leakyrelu')
    return graph.node('LeakyRelu', [x], { alpha: { float: attributes.leakyreluAlpha as number } })
  const slopes = name === 'prelu' ? optional('preluActivationWeights') : undefined
  if (slopes) return graph.node('PRelu', [x, slopes.name])
  const op = OPS[name]
  if (op === undefined) throw new Error(`has the activation "${name}"`)
  return graph.node(op, [x])
}
