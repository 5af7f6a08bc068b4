import type { Builder } from '../builder.js'
import { types } from '../proto.js'

interface Scaling {
  readonly mean: number
  readonly shift: number
  readonly factor: number
}

/** A number [batch] double, or what stands for a missing one, scaled: [batch, 1] float, or 2 with a flag. */
export const scaled = (
  graph: Builder,
  x: string,
  { scale, missing }: Readonly<Record<string, unknown>>,
  { mean, shift, factor }: Scaling,
): string => {
  const of = (value: number) => graph.scalar('double', value)
  const absent = graph.node('IsNaN', [x])
  const present = graph.node('Where', [absent, of(missing === 'zero' ? 0 : mean), x])
  const logarithm = () =>
    graph.node('Mul', [
      graph.node('Sign', [present]),
      graph.node('Log', [graph.node('Add', [graph.node('Abs', [present]), of(1)])]),
    ])
  const result =
    scale === 'log' ? logarithm() : graph.node('Mul', [graph.node('Sub', [present, of(shift)]), of(factor)])
  const column = (name: string) =>
    graph.node('Unsqueeze', [graph.node('Cast', [name], { to: { int: types.float } }), graph.ints([1])])
  return missing === 'flag'
    ? graph.node('Concat', [column(result), column(absent)], { axis: { int: 1 } })
    : column(result)
}
