import { gatherRows } from '@recspec/backend'
import * as tf from '@tensorflow/tfjs-core'
import { l2Normalize } from '../backend/unit.js'
import { callOperator, opUse } from '../blame.js'
import type { Context, Value } from '../contract/value.js'
import type { EmbeddingNode, GraphNode, NumbersNode, OpNode } from '../graph/graph.js'
import { isUserHistory } from '../graph/sequences.js'
import type { Batch } from './batch.js'
import { checkValue } from './checkvalue.js'
import type { Place, Walk } from './forward.js'
import type { LoweredProgram } from './lowered.js'
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
  const rows = { user: tf.tensor1d(batch.user, 'int32'), item: tf.tensor1d(batch.item, 'int32') }
  return {
    leaf: (node, place) => {
      const value = sources.leaf(node, place)
      const running = state && node.kind === 'embedding' && isUserHistory(program.graph, node) && node.combine
      return running ? statesOf(runningBag(value, running), state) : value
    },
    apply: (node, inputs) => {
      const use = opUse(program.graph, node)
      const stepwise = sequences?.plan.params.get(node.name)
      const value = callOperator(use, () =>
        node.definition.apply(stepwise ?? node.params, inputs, sources.weights(node), sources.context(node)),
      )
      const reduces = stepwise && !node.masked
      const check = stepwise ? `${use.place} at every step` : use.place
      if (!program.checked.has(check)) {
        const shape = reduces ? ['length', ...node.shape] : node.shape
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
      const to = node.side === 'user' ? rows.user : rows.item
      return mask ? { tensor: gatherRows(tensor, to), mask: tf.gather(mask, to) } : { tensor: gatherRows(tensor, to) }
    },
    cross: (user, item, normalized) => {
      const [left, right] = normalized
        ? [l2Normalize(user.tensor), l2Normalize(item.tensor)]
        : [user.tensor, item.tensor]
      return { tensor: tf.reshape(tf.matMul(left, right, false, true), [-1, 1]) }
    },
    ...(sources.known ? { known: sources.known } : {}),
    grid: batch.grid ?? false,
  }
}

/** Length of the axis of a node's values; undefined where it depends on no entity. */
const axisLength = (batch: Batch, { side }: OpNode): number | undefined =>
  side === 'user'
    ? batch.users.entities.length
    : side === 'item'
      ? batch.items.entities.length
      : side === 'pair'
        ? batch.pairs
        : undefined
