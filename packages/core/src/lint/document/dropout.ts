import type { DocumentRule } from '../finding.js'

/** Ops of which a rate of 0 leaves nothing to do. */
export const dropout: DocumentRule = function* ({ nodes }) {
  for (const node of nodes.values()) {
    if (node.kind !== 'op' || node.inputs.length !== 1 || Object.keys(node.weights).length > 0) continue
    if (node.params['rate'] !== 0 || Object.keys(node.params).length !== 1) continue
    yield {
      rule: 'dropout',
      message: `"${node.name}" (${node.type}) has the rate 0: it changes nothing`,
      hint: 'leave it out, or give it a rate',
      count: 1,
    }
  }
}
