import type { Encoder } from './encoder.js'

/** An array of numbers. */
export const tensor: Encoder = ({ node, array }) => ({
  numbers: array(node.columns[0]!, node.shape as readonly number[]),
})
