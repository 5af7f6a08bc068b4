import type { Translations } from './kernel.js'

/** Normalization by given means and variances along the last axis. */
export const normalizations: Translations = {
  FusedBatchNorm: ({ graph, input, optional, attributes }) => {
    const variance = graph.node('Add', [
      input('variance').name,
      graph.scalar('float', (attributes.varianceEpsilon as number | undefined) ?? 1e-3),
    ])
    const gap = graph.node('Sub', [input('x').name, input('mean').name])
    const unit = graph.node('Div', [gap, graph.node('Sqrt', [variance])])
    const [scale, offset] = [optional('scale'), optional('offset')]
    const scaled = scale ? graph.node('Mul', [unit, scale.name]) : unit
    return offset ? graph.node('Add', [scaled, offset.name]) : scaled
  },
}
