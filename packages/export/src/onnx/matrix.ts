import { type LoweredProgram, type MatrixNode, operatorName, type tf } from '@recspec/core'
import type { Builder } from './builder.js'
import { refusal } from './refusal.js'
import type { Side } from './sides.js'
import { storedLists } from './stored.js'
import type { Recorder } from './trace.js'

/** Numbers of the largest matrix that is written. */
const MOST_NUMBERS = 2 ** 29

/** The scores of pairs of an op with a matrix of items: the column of the item at the items of the user, weighted. */
export const matrixScores = (graph: Builder, program: LoweredProgram, entry: (side: Side) => string) => {
  const written = new Map<string, string>()

  const write = (node: MatrixNode): string => {
    const found = written.get(node.name)
    if (found !== undefined) return found
    const columns = columnsOf(program, node)
    const { items, weights, length } = storedLists(program, node)
    const count = program.dataset.items.ids.count + 1
    const users = items.length / length
    const own = `/ops/${node.name}`
    graph.at(own)
    const table = (name: string, values: Int32Array | Float32Array, width: number, height: number) =>
      graph.constant(`${own}.${name}`, values instanceof Int32Array ? 'int32' : 'float', [height, width], values)
    const column = graph.node('Gather', [table('matrix', columns, count, count), entry('item')])
    const places = graph.node('Gather', [table('history', items, length, users), entry('user')])
    const factors = graph.node('Gather', [table('weights', weights, length, users), entry('user')])
    const read = graph.node('GatherElements', [column, places], { axis: { int: 1 } })
    const name = graph.node('ReduceSum', [graph.node('Mul', [read, factors]), graph.ints([1])])
    written.set(node.name, name)
    return name
  }

  return (node: MatrixNode, recorder: Recorder, batch: number): { readonly tensor: tf.Tensor } => ({
    tensor: recorder.named(write(node), new Float32Array(batch), [batch, 1]),
  })
}

/** The transposed matrix with an unknown item of zeros first: row i has what each item adds to the score of item i. */
const columnsOf = (program: LoweredProgram, node: MatrixNode): Float32Array => {
  const items = program.dataset.items.ids.count
  const count = items + 1
  if (count ** 2 > MOST_NUMBERS)
    throw refusal(
      `/ops/${node.name}: ${operatorName(node.type, program.graph.plugins)} has a matrix of ${items} × ${items} numbers`,
      'export matrices of at most 23,000 items',
    )
  const matrix = program.matrix(node.name)
  if (!matrix)
    throw refusal(
      `the matrix of "${node.name}" is not computed: training stopped before its solver was done`,
      'resume the training: recspec train --resume',
    )
  const out = new Float32Array(count * count)
  const most = Math.max(1, Math.floor(2 ** 22 / Math.max(1, items)))
  for (let from = 0; from < items; from += most) {
    const to = Math.min(items, from + most)
    const scores = matrix.scores({
      start: Int32Array.from({ length: to - from + 1 }, (_, k) => k),
      index: Int32Array.from({ length: to - from }, (_, k) => from + k),
    })
    for (let other = from; other < to; other++)
      for (let item = 0; item < items; item++)
        out[(item + 1) * count + other + 1] = scores[(other - from) * items + item]!
  }
  return out
}
