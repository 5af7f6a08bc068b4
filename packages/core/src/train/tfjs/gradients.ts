import { dropout } from '@recspec/backend'
import { key, type Sparse, uniform } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import { viewData } from '../../backend/backend.js'
import { callOperator, lossUse, type OperatorUse, operatorFault } from '../../blame.js'
import type { GridLabels, Labels, RowLabels, SharedLabels } from '../../contract/loss.js'
import type { Ports, PortValues } from '../../contract/ports.js'
import { printShape } from '../../contract/shape.js'
import type { Context, Value } from '../../contract/value.js'
import { Failure } from '../../failure.js'
import { nodesBelow } from '../../graph/below.js'
import { dependentNodes } from '../../graph/factorize.js'
import type { EmbeddingNode, Head, OpNode } from '../../graph/graph.js'
import type { Problem } from '../../graph/problem.js'
import type { EncodedInput } from '../../program/encode.js'
import { forward, type Place } from '../../program/forward.js'
import { weightTensors } from '../../program/inference.js'
import { nameKey } from '../../program/initialize.js'
import { type BufferPool, inferenceContext, type Leaf, leafValue, leavesOf } from '../../program/leaves.js'
import type { LoweredProgram } from '../../program/lowered.js'
import { tensorWalk } from '../../program/tensors.js'
import { scheduled } from '../../schedule/index.js'
import { extended, type Grid, type SampledBatch, type Shared } from '../batching/sampled.js'

/** The loss of one batch, and its gradients by dense weights. */
export interface Gradients {
  /** Sum of the loss over the batch's examples, without l2. */
  readonly loss: number
  /** By `<node>.<weight>`; of the batch mean. */
  readonly weights: ReadonlyMap<string, Float32Array>
}

/** Receives the gradient of a leaf that `readers` heads read; the array is valid only during the call. */
export type OnLeaf = (leaf: Leaf, readers: number, gradient: Float32Array) => void

/** Heads of a phase that share the same examples, and the leaves and ops that their loss depends on. */
export interface HeadGroup {
  readonly heads: readonly Head[]
  readonly trains: ReadonlySet<string>
  /** Ops that run as in training: they depend on trained weights, and their own weights are not frozen. */
  readonly trainingContext: ReadonlySet<string>
  /** Embeddings that are read, with place and number of heads; of one read at both places, one entry has the number. */
  readonly leaves: readonly { readonly node: EmbeddingNode; readonly place: Place; readonly readers: number }[]
  readonly ops: readonly OpNode[]
}

/** Walks the graph of a group once: the leaves and ops that a batch uses. */
export const headGroup = ({ graph, trains }: Problem, heads: readonly Head[], grid: boolean): HeadGroup => {
  const leaves: { node: EmbeddingNode; place: Place; readers: number }[] = []
  const below = heads.map((head) => nodesBelow(graph, head))
  const ops: OpNode[] = []
  const seen = {}
  const walk = forward<object>(graph, {
    leaf: (node, place) => {
      if (node.kind !== 'embedding') return seen
      const again = leaves.some((leaf) => leaf.node === node)
      leaves.push({ node, place, readers: again ? 0 : below.filter((nodes) => nodes.has(node.name)).length })
      return seen
    },
    apply: (node) => {
      ops.push(node)
      return seen
    },
    join: () => seen,
    move: () => seen,
    dots: () => seen,
    grid,
  })
  for (const head of heads) for (const input of head.inputs) placeOf(head)(walk, input)
  const dependent = dependentNodes(graph, trains)
  const inTraining = ops.filter(({ name, weights }) => dependent.has(name) && !isFrozen(name, weights, trains))
  return { heads, trains, trainingContext: new Set(inTraining.map(({ name }) => name)), leaves, ops }
}

/** Whether an op has trainable weights and the phase trains none of them. */
const isFrozen = (name: string, weights: OpNode['weights'], trains: ReadonlySet<string>) => {
  const trainable = Object.entries(weights).filter(([, { trainable }]) => trainable !== false)
  return trainable.length > 0 && trainable.every(([short]) => !trains.has(`${name}.${short}`))
}

/** A head without items reads its nodes on their own axis; other heads read them on pairs. */
const placeOf = (head: Head) => {
  const { items } = head.loss.definition.examples(head.loss.params)
  return <V>(flow: { own(name: string): V; pairs(name: string): V }, name: string): V =>
    items === 'none' ? flow.own(name) : flow.pairs(name)
}

const leafKey = (node: string, place: Place) => `${place} ${node}`

/** Loss and gradients of a batch on tfjs. Embedding rows are leaves, so no tensor has the height of a table. */
export const batchGradients = (
  program: LoweredProgram,
  group: HeadGroup,
  sampled: SampledBatch,
  bound: ReadonlyMap<string, EncodedInput>,
  random: number,
  step: number,
  perEpoch: number,
  pool: BufferPool,
  onLeaf: OnLeaf,
): Gradients => {
  const { batch } = sampled
  let loss = 0
  const weightGradients = new Map<string, Float32Array>()
  const assigned = new Map<string, tf.Tensor>()
  const trainedWeights = group.ops.flatMap((op) =>
    Object.keys(op.weights)
      .filter((short) => group.trains.has(`${op.name}.${short}`))
      .map((short) => ({ op, short, name: `${op.name}.${short}` })),
  )

  tf.tidy(() => {
    const inferenceLeaves = leavesOf(program, batch, bound, undefined, pool)
    const dropoutLeaves = leavesOf(program, batch, bound, { key: random }, pool)
    const read = group.leaves.map(({ node, place, readers }) => ({
      leaf: (group.trains.has(node.table) ? dropoutLeaves : inferenceLeaves).embedding(node, place),
      readers,
    }))
    const leaves = new Map(read.map(({ leaf }) => [leafKey(leaf.node.name, leaf.place), leaf]))
    const trainedLeaves = read.filter(({ leaf }) => group.trains.has(leaf.node.table))
    const weights = new Map(group.ops.map((op) => [op.name, weightTensors(program, op)]))
    const variables = [
      ...trainedLeaves.map(({ leaf }) => leaf.tensor),
      ...trainedWeights.map(({ op, short }) => weights.get(op.name)![short]!),
    ]
    const total = (...given: tf.Tensor[]): tf.Scalar => {
      const current = new Map(trainedLeaves.map(({ leaf }, k) => [leaf, { ...leaf, tensor: given[k]! }]))
      const inUse = new Map(group.ops.map((op) => [op.name, { ...weights.get(op.name)! }]))
      trainedWeights.forEach(({ op, short }, k) => {
        inUse.get(op.name)![short] = given[trainedLeaves.length + k]!
      })
      const walk = tensorWalk(program, batch, {
        leaf: (node, place) => {
          if (node.kind === 'numbers') return inferenceLeaves.numbers(node, place)
          const leaf = leaves.get(leafKey(node.name, place))!
          return leafValue(current.get(leaf) ?? leaf)
        },
        weights: (op) => inUse.get(op.name)!,
        context: (op) =>
          group.trainingContext.has(op.name) ? trainingContextOf(op, random, assigned) : inferenceContext,
      })
      const flow = forward<Value>(program.graph, walk)
      const losses = group.heads.map((head): tf.Scalar => {
        const terms = termsOf(program, head, sampled, (name) => placeOf(head)(flow, name))
        const weight = scheduled(head.weight, step, perEpoch)
        return weight === 1 ? tf.sum(terms) : tf.mul(tf.sum(terms), weight)
      })
      return losses.length === 1 ? losses[0]! : tf.addN(losses)
    }
    const { value, grads } = tf.valueAndGrads(total)(variables, tf.scalar(1 / sampled.examples))
    loss = value.dataSync()[0]!
    trainedLeaves.forEach(({ leaf, readers }, k) => {
      onLeaf(leaf, readers, viewData(grads[k]!))
    })
    trainedWeights.forEach(({ name }, k) => {
      weightGradients.set(name, grads[trainedLeaves.length + k]!.dataSync() as Float32Array)
    })
  })
  for (const [name, tensor] of assigned) {
    program.weights.get(name)!.set(tensor.dataSync())
    tensor.dispose()
  }
  if (!Number.isFinite(loss))
    throw new Failure('training', `loss is ${loss} at step ${step + 1}`, 'lower the learning rate, or add l2')
  return { loss, weights: weightGradients }
}

/** Key of the random numbers of an op in a step. */
export const opKey = (random: number, op: string): number => key(random, nameKey(op))

/** The context of a layer in training: random numbers keyed by step and node, and assignment of running statistics. */
const trainingContextOf = (op: OpNode, random: number, assigned: Map<string, tf.Tensor>): Context => {
  const opRandom = opKey(random, op.name)
  let drawn = 0
  return {
    training: true,
    uniform: (shape) => {
      const values = new Float32Array(shape.reduce((size, dim) => size * dim, 1))
      for (let k = 0; k < values.length; k++) values[k] = uniform(opRandom, drawn + k)
      drawn += values.length
      return tf.tensor(values, shape as number[])
    },
    dropout: (x, rate) => {
      const first = drawn
      drawn += x.size
      return dropout(x, { key: opRandom, first, rate })
    },
    assign: (weight, value) => {
      const name = `${op.name}.${weight}`
      assigned.get(name)?.dispose()
      assigned.set(name, tf.keep(tf.clone(value)))
    },
  }
}

/** The terms of a head's loss on a batch. */
const termsOf = (
  program: LoweredProgram,
  head: Head,
  sampled: SampledBatch,
  value: (name: string) => Value,
): tf.Tensor => {
  const { definition, params } = head.loss
  const { items } = definition.examples(params)
  const shape = sampled.scores as number[]
  const shaped = (name: string): Value => {
    const found = value(name)
    if (items === 'none') return found
    if (found.factors)
      return {
        factors: found.factors,
        get tensor() {
          return tf.reshape(found.tensor, shape)
        },
      }
    const { tensor } = found
    return tensor.shape.length === 2 && tensor.shape[1] === 1 ? { ...found, tensor: tf.reshape(tensor, shape) } : found
  }
  const inputs = Object.fromEntries(
    Object.entries(definition.inputs).map(([port, kind]) => {
      const values = head.ports[port]!.map(shaped)
      return [port, kind === 'many' ? values : values[0]]
    }),
  ) as PortValues<Ports, Value>
  const use = lossUse(program.graph, head)
  const terms = callOperator(use, () => definition.apply(params, inputs, exampleOf(program, head, sampled)))
  if (!program.checked.has(use.place)) {
    checkTerms(use, terms, sampled)
    program.checked.add(use.place)
  }
  return terms
}

/** Throws where a loss does not return float32 terms, one or more per row of scores: core averages them. */
const checkTerms = (use: OperatorUse, terms: tf.Tensor, { scores, examples }: SampledBatch) => {
  if (!(terms instanceof tf.Tensor)) throw operatorFault(use, 'returned no tensor from "apply"')
  if (terms.dtype !== 'float32') throw operatorFault(use, `returned ${terms.dtype} from "apply", expected float32`)
  const [rows] = terms.shape
  if (rows === undefined || (rows !== scores[0] && rows !== examples))
    throw operatorFault(
      use,
      `returned ${printShape(terms.shape)} from "apply", expected terms for scores ${printShape(scores)}; core sums them`,
    )
}

/** The user of each example: the entity, where histories give every example a user entry of its own. */
const exampleUsers = ({ batch, examples }: SampledBatch): Int32Array => {
  const each = batch.pairs / examples
  const entry = (example: number) => batch.shared?.user[example] ?? batch.user[Math.round(example * each)]!
  return Int32Array.from({ length: examples }, (_, example) => batch.users.entities[entry(example)]!)
}

/** Labels as tensors: those of the shape of the scores are made when a loss reads them. */
const exampleOf = (program: LoweredProgram, head: Head, sampled: SampledBatch): Labels => {
  const { values, grid, shared } = sampled
  const target = program.target(head)
  const shape = sampled.scores as number[]
  const targets = Object.entries(program.targets(head)).map(([name, list]) => [name, tf.tensor(values(list), shape)])
  const labels: Labels = {
    ...(targets.length > 0 ? { targets: Object.fromEntries(targets) } : {}),
    ...(target ? { target: tf.tensor(values(target), shape) } : {}),
    ...(grid ? { grid: gridLabels(grid) } : {}),
    ...(shared ? { shared: sharedLabels(shared) } : {}),
    items: program.dataset.items.ids.count,
  }
  // a spread would read what no loss may need
  const positive = {
    get positive() {
      return tf.tensor(sampled.positive!, shape)
    },
  }
  const users = {
    get users() {
      return tf.tensor1d(exampleUsers(sampled), 'int32')
    },
  }
  const logQ = {
    get logQ() {
      return tf.tensor(sampled.logQ!, shape)
    },
  }
  const rows = {
    get rows() {
      return rowLabels(sampled.rows!)
    },
  }
  return [
    users,
    'positive' in sampled ? positive : {},
    'logQ' in sampled ? logQ : {},
    'rows' in sampled ? rows : {},
  ].reduce(extended, labels) as Labels
}

const excludedLists = ({ start, index }: Sparse) => ({
  excluded: { start: tf.tensor1d(start, 'int32'), columns: tf.tensor1d(index, 'int32') },
})

const rowLabels = ({ start, index }: Sparse): RowLabels => ({
  start: tf.tensor1d(start, 'int32'),
  columns: tf.tensor1d(index, 'int32'),
})

const sharedLabels = ({ excluded, logQ }: Shared): SharedLabels => ({
  ...(excluded ? excludedLists(excluded) : {}),
  ...(logQ ? { logQ: { own: tf.tensor1d(logQ.own), negatives: tf.tensor1d(logQ.negatives) } } : {}),
})

const gridLabels = ({ own, excluded, logQ, distinct }: Grid): GridLabels => ({
  own: tf.tensor1d(own, 'int32'),
  ...(excluded ? excludedLists(excluded) : {}),
  ...(logQ ? { logQ: tf.tensor1d(logQ) } : {}),
  ...(distinct
    ? { distinct: { entries: tf.tensor1d(distinct.entries, 'int32'), counts: tf.tensor1d(distinct.counts) } }
    : {}),
})
