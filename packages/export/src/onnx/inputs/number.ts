import type { Encoder } from './encoder.js'
import { scaled } from './scale.js'

/** A scaled number. */
export const number: Encoder = ({ graph, node, state, number: read }) => ({
  numbers: scaled(graph, read(node.columns[0]!), node.params, state as never),
})
