import { FIRST, MISSING, UNKNOWN } from './category.js'
import type { Encoder } from './encoder.js'

/** The row of a combination of texts: each text has a number, a combination the number that they are the digits of. */
export const cross: Encoder = ({ graph, node, state, text }) => {
  if (node.params['hash'] !== undefined) throw new Error('hashes texts, which no operation of ONNX does')
  const { values } = state as { readonly values: readonly string[] }
  const known = values.map((value) => JSON.parse(value) as readonly string[])
  const digits = node.columns.map((_, place) => [...new Set(known.map((texts) => texts[place]!))])
  // 0 is unknown, the last one missing
  const bases = digits.map((texts) => texts.length + 2)
  const strides = bases.map((_, place) => bases.slice(place + 1).reduce((product, base) => product * base, 1))
  if (!Number.isSafeInteger(bases.reduce((product, base) => product * base, 1)))
    throw new Error('has more combinations than 64 bits count')
  const codes = node.columns.map((column, place) => {
    const texts = digits[place]!
    const [code] = graph.nodes(
      'LabelEncoder',
      [text(column)],
      {
        keys_strings: { texts: [...texts, ''] },
        values_int64s: { ints: [...texts.map((_, k) => k + 1), texts.length + 1] },
        default_int64: { int: 0 },
      },
      1,
      'ai.onnx.ml',
    )
    return code!
  })
  const number = codes
    .map((code, place) => graph.node('Mul', [code, graph.scalar('int64', strides[place]!)]))
    .reduce((sum, part) => graph.node('Add', [sum, part]))
  const placeOf = (texts: readonly string[]) =>
    texts.reduce((sum, one, place) => sum + (digits[place]!.indexOf(one) + 1) * strides[place]!, 0)
  const [rows] = graph.nodes(
    'LabelEncoder',
    [number],
    {
      keys_int64s: { ints: known.length > 0 ? known.map(placeOf) : [-1] },
      values_int64s: { ints: known.length > 0 ? known.map((_, place) => place + FIRST) : [UNKNOWN] },
      default_int64: { int: UNKNOWN },
    },
    1,
    'ai.onnx.ml',
  )
  const missing = codes
    .map((code, place) => graph.node('Equal', [code, graph.scalar('int64', digits[place]!.length + 1)]))
    .reduce((either, one) => graph.node('Or', [either, one]))
  return { rows: graph.node('Where', [missing, graph.scalar('int64', MISSING), rows!]) }
}
