import {
  type EmbeddingNode,
  type Forward,
  forward,
  type Graph,
  type GraphNode,
  type NumbersNode,
  type OpNode,
  type SequencePlan,
} from '@recspec/core'
import { pythonString } from '../python.js'
import { pythonNames } from './names.js'

/** How the pairs of a task are read: the class of model.py that holds them. */
export interface PairsKind {
  readonly kind: 'Listed' | 'Grid' | 'Shared'
  /** Of `Listed`: pairs of an example; of `Grid`: columns, where they are always the same; of `Shared`: negatives. */
  readonly size?: number
}

/** What a method of the model computes. */
export interface Task {
  readonly name: string
  readonly says: string
  readonly pairs: PairsKind
  /** Whole histories are read once. */
  readonly sequences?: SequencePlan
  /** Ops that run as in training. */
  readonly inTraining: ReadonlySet<string>
  /** What the method returns: entries of a dictionary. */
  outputs(flow: Forward<PythonValue>): readonly string[]
}

/** A value as the name of a variable of Python. */
export interface PythonValue {
  readonly name: string
}

/** An op that model.py makes a layer of; stepwise: with the parameters that give its value at each step. */
export interface UsedOp {
  readonly node: OpNode
  readonly stepwise?: OpNode['params']
}

/** A method of the model, and what it uses. */
export interface Method {
  readonly text: string
  readonly leaves: readonly (EmbeddingNode | NumbersNode)[]
  readonly ops: readonly UsedOp[]
}

/** The names of attributes of the model: a prefix keeps them apart from those of Keras. */
export interface Attributes {
  table(name: string): string
  op(name: string): string
  steps(name: string): string
}

const axisOf = ({ side }: GraphNode): string => (side === 'user' ? 'users' : side === 'item' ? 'items' : 'pairs')

/** Whether a layer's `call` takes a keyword: `training`, or `present`, 1 where an entry is no padding. */
const takes = ({ definition }: OpNode, word: string): boolean =>
  new RegExp(`def call\\([^)]*\\b${word}\\b`).test(definition.keras?.source ?? '')

/** Writes the method of a task: the graph below its outputs, one line for each node. */
export const methodOf = (
  graph: Graph,
  attributes: Attributes,
  task: Task,
  isWhole: (node: EmbeddingNode | NumbersNode) => boolean,
  isSeveral: (node: EmbeddingNode) => boolean,
): Method => {
  const named = pythonNames()
  const lines: string[] = []
  const leaves: (EmbeddingNode | NumbersNode)[] = []
  const ops: UsedOp[] = []
  const set = (name: string, code: string): PythonValue => {
    lines.push(`${name} = ${code}`)
    return { name }
  }
  const leafCode = (node: EmbeddingNode | NumbersNode): string => {
    const leaf = `batch["leaf"][${pythonString(node.name)}]`
    if (node.kind === 'numbers') return `Value(${leaf}["values"], ${leaf}.get("mask"))`
    const table = `self.${attributes.table(node.table)}`
    if (isWhole(node)) {
      const steps = `${table}.${isSeveral(node) ? 'steps' : 'sequence'}(${leaf})`
      return node.combine ? `states(running(${steps}, ${pythonString(node.combine)}), batch["state"])` : steps
    }
    if (node.combine) return `${table}.bag(${leaf}, ${presentOf(node)})`
    if (!node.masked) return `${table}.one(${leaf})`
    return `${table}.${isSeveral(node) ? 'steps' : 'sequence'}(${leaf})`
  }
  const presentOf = (node: GraphNode): string =>
    axisOf(node) === 'pairs' ? 'pairs.present' : `batch["${axisOf(node)}"]`
  const flow = forward<PythonValue>(graph, {
    leaf: (node) => {
      leaves.push(node)
      return set(named(node.name), leafCode(node))
    },
    apply: (node, inputs) => {
      const stepwise = task.sequences?.params.get(node.name)
      const differs = stepwise !== undefined && JSON.stringify(stepwise) !== JSON.stringify(node.params)
      ops.push(differs ? { node, stepwise } : { node })
      const given = Object.values(inputs as Record<string, PythonValue | readonly PythonValue[]>).map((value) =>
        Array.isArray(value) ? `[${value.map(({ name }) => name).join(', ')}]` : (value as PythonValue).name,
      )
      if (takes(node, 'training')) given.push(`training=${task.inTraining.has(node.name) ? 'training' : 'False'}`)
      if (takes(node, 'present') && !stepwise) given.push(`present=${presentOf(node)}`)
      const call = `self.${differs ? attributes.steps(node.name) : attributes.op(node.name)}(${given.join(', ')})`
      return set(named(node.name), stepwise && !node.masked ? `states(${call}, batch["state"])` : call)
    },
    join: (values) => ({
      name: `Value(ops.concatenate([${values.map(({ name }) => `${name}.tensor`).join(', ')}], axis=-1))`,
    }),
    move: (node, { name }) =>
      set(named(`${node.name} on pairs`), `pairs.${node.side === 'user' ? 'user' : 'item'}(${name})`),
    dots: (user, item, normalized) => {
      const sides = [user, item].map(({ name }) => (normalized ? `unit(${name}.tensor)` : `${name}.tensor`))
      return set(named(`${user.name} dot ${item.name}`), `pairs.dots(${sides.join(', ')})`)
    },
    // every leaf is read on its own axis
    grid: true,
  })
  const outputs = task.outputs(flow)
  const { kind, size } = task.pairs
  const pairs = `pairs = ${kind}(batch${size === undefined ? '' : `, ${size}`})`
  const body = [`"""${task.says}"""`, pairs, ...lines, `return {${outputs.join(', ')}}`]
  const head = `def ${task.name}(self, batch, training=False):`
  return { text: [head, ...body.map((line) => `    ${line}`)].join('\n'), leaves, ops }
}
