import { gatherRows, pairDots } from '@recspec/backend'
import * as tf from '@tensorflow/tfjs-core'
import { l2Normalize } from '../backend/unit.js'
import { callOperator, opUse } from '../blame.js'
import type { Context, Factors, Value } from '../contract/value.js'
import type { EmbeddingNode, GraphNode, NumbersNode, OpNode } from '../graph/graph.js'
import { isMatrixNode } from '../graph/matrix.js'
import { isUserHistory } from '../graph/sequences.js'
import type { Batch, SharedPairs } from './batch.js'
import { checkValue } from './checkvalue.js'
import type { Place, Walk } from './forward.js'
import type { LoweredProgram } from './lowered.js'
import { matrixScores } from './matrices.js'
import { factoredScores, sideScores } from './scores.js'
import { runningBag, stateIndex, statesOf } from './states.js'

/** The leaves, weights and contexts of a walk on tensors. */
export interface TensorSources {
  leaf(node: EmbeddingNode | NumbersNode, place: Place): Value
  weights(node: OpNode): Record<string, tf.Tensor>
  context(node: OpNode): Context
  known?(node: GraphNode): Value | undefined
}

/** The walk that computes tensors: the first axis of every value is that of the batch. */
export const tensorWalk = (program: LoweredProgram, batch: Batch, sources: TensorSources): Walk<Value> => {
  const { sequences } = batch
  const state = sequences && stateIndex(sequences)
  // grids make indices of their pairs only where a value is moved to pairs
  const index = new Map<'user' | 'item', tf.Tensor1D>()
  const rowsOf = (side: 'user' | 'item'): tf.Tensor1D => {
    const found = index.get(side) ?? tf.tensor1d(batch[side], 'int32')
    index.set(side, found)
    return found
  }
  /** Values of item entries on the columns of a grid. */
  const onColumns = (items: tf.Tensor): tf.Tensor =>
    batch.columns ? gatherRows(items, tf.tensor1d(batch.columns, 'int32')) : items
  let shared: Factors['shared']
  const sharedRows = ({ negatives, user, own }: SharedPairs): Factors['shared'] => {
    shared ??= { negatives, rows: tf.tensor1d(user, 'int32'), own: tf.tensor1d(own, 'int32') }
    return shared
  }
  return {
    leaf: (node, place) => {
      const value = sources.leaf(node, place)
      const running = state && node.kind === 'embedding' && isUserHistory(program.graph, node) && node.combine
      return running ? statesOf(runningBag(value, running), state) : value
    },
    apply: (node, inputs) => {
      if (isMatrixNode(node)) return { tensor: tf.tensor(matrixScores(program, node, batch), [batch.pairs, 1]) }
      const use = opUse(program.graph, node)
      const stepwise = sequences?.plan.params.get(node.name)
      const value = callOperator(use, () =>
        node.definition.apply(stepwise ?? node.params, inputs, sources.weights(node), sources.context(node)),
      )
      const reduces = stepwise && !node.masked
      const check = stepwise ? `${use.place} at every step` : use.place
      if (!value?.factors && !program.checked.has(check)) {
        const shape = !stepwise ? node.shape : ['length', ...(reduces ? node.shape : node.shape.slice(1))]
        checkValue(use, shape, value, stepwise ? sequences!.from.length : axisLength(batch, node))
        program.checked.add(check)
      }
      return reduces ? statesOf(value, state!) : value
    },
    join: (values) => ({
      tensor: tf.concat(
        values.map(({ tensor }) => tensor),
        -1,
      ),
    }),
    move: (node, { tensor, mask }) => {
      if ((batch.grid || batch.shared) && (node.side === 'user' || node.side === 'item') && isNumber(tensor)) {
        const others = node.side === 'item' ? batch.users.entities : (batch.columns ?? batch.items.entities)
        const numbers = node.side === 'item' ? onColumns(tensor) : tensor
        return sideScores(node.side, numbers, others.length, batch.shared && sharedRows(batch.shared))
      }
      const to = rowsOf(node.side === 'user' ? 'user' : 'item')
      return mask ? { tensor: gatherRows(tensor, to), mask: tf.gather(mask, to) } : { tensor: gatherRows(tensor, to) }
    },
    dots: (user, item, normalized) => {
      const [left, right] = normalized
        ? [l2Normalize(user.tensor), l2Normalize(item.tensor)]
        : [user.tensor, item.tensor]
      if (batch.grid) return factoredScores(left, onColumns(right))
      if (batch.shared) return factoredScores(left, onColumns(right), sharedRows(batch.shared))
      return { tensor: pairDots(left, rowsOf('user'), right, rowsOf('item')) }
    },
    ...(sources.known ? { known: sources.known } : {}),
    grid: batch.grid ?? false,
  }
}

/** Whether entries have one number each. */
const isNumber = ({ shape }: tf.Tensor): boolean => shape.length === 2 && shape[1] === 1

/** Length of the axis of a node's values; undefined where it depends on no entity. */
const axisLength = (batch: Batch, { side }: OpNode): number | undefined =>
  side === 'user'
    ? batch.users.entities.length
    : side === 'item'
      ? batch.items.entities.length
      : side === 'pair'
        ? batch.pairs
        : undefined
