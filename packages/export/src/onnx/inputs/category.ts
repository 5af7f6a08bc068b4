import type { Encoder } from './encoder.js'

/** Rows of values that are not known, and of missing ones. */
export const UNKNOWN = 0
export const MISSING = 1
/** The row of the first known value. */
export const FIRST = 2

/** The row of a text in a learned vocabulary. */
export const category: Encoder = ({ graph, node, state, text }) => {
  if (node.params['hash'] !== undefined) throw new Error('hashes texts, which no operation of ONNX does')
  const { values } = state as { readonly values: readonly string[] }
  const [rows] = graph.nodes(
    'LabelEncoder',
    [text(node.columns[0]!)],
    {
      keys_strings: { texts: [...values, ''] },
      values_int64s: { ints: [...values.map((_, place) => place + FIRST), MISSING] },
      default_int64: { int: UNKNOWN },
    },
    1,
    'ai.onnx.ml',
  )
  return { rows: rows! }
}
