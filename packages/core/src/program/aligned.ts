import * as tf from '@tensorflow/tfjs-core'
import { l2Normalize } from '../backend/unit.js'
import { callOperator, opUse } from '../blame.js'
import type { Ports, PortValues } from '../contract/ports.js'
import type { Value } from '../contract/value.js'
import type { EmbeddingNode, Graph, NumbersNode, OpNode } from '../graph/graph.js'
import { isMatrixNode, type MatrixNode } from '../graph/matrix.js'
import type { Walk } from './forward.js'
import { inferenceContext } from './leaves.js'

/** The leaves and weights of a walk in which users, items and pairs have one axis. */
export interface AlignedSources {
  leaf(node: EmbeddingNode | NumbersNode): Value
  weights(node: OpNode): Record<string, tf.Tensor>
  /** The values of an op with a matrix. */
  matrix(node: MatrixNode): Value
  /** Runs the operations of an op. */
  within(node: OpNode, run: () => Value): Value
}

/**
 * The walk that computes tensors as when serving where entry k of users and entry k of items make pair k: values that
 * are moved to pairs stay as they are.
 */
export const alignedWalk = (graph: Graph, sources: AlignedSources): Walk<Value> => ({
  leaf: (node) => sources.leaf(node),
  apply: (node, inputs: PortValues<Ports, Value>) =>
    isMatrixNode(node)
      ? sources.matrix(node)
      : sources.within(node, () =>
          callOperator(opUse(graph, node), () =>
            node.definition.apply(node.params, inputs, sources.weights(node), inferenceContext),
          ),
        ),
  join: (values) => ({
    tensor: tf.concat(
      values.map(({ tensor }) => tensor),
      -1,
    ),
  }),
  move: (_, value) => value,
  dots: (user, item, normalized) => {
    const [left, right] = normalized ? [l2Normalize(user.tensor), l2Normalize(item.tensor)] : [user.tensor, item.tensor]
    return { tensor: tf.sum(tf.mul(left, right), -1, true) }
  },
  // single rows are not read again on pairs
  grid: true,
})
