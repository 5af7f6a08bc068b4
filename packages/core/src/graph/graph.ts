import type { TableInit, WeightSpec } from '../contract/init.js'
import type { Input } from '../contract/input.js'
import type { Layer } from '../contract/layer.js'
import type { Loss } from '../contract/loss.js'
import type { PluginIdentity } from '../contract/plugin.js'
import type { Sampler } from '../contract/sampler.js'
import type { Entity, Shape, Side } from '../contract/shape.js'
import type { Solver } from '../contract/solver.js'
import type { EvaluationSpec, MetricSpec } from '../evaluation/spec.js'
import type { Schedule } from '../schedule/index.js'

/** An entry of `inputs`: an input operator, its parameters and what it reads. */
export interface InputNode {
  readonly name: string
  /** As the document writes it, plugin prefix included. */
  readonly type: string
  readonly definition: Input
  readonly params: Readonly<Record<string, unknown>>
  readonly entity: Entity
  /** The columns it reads: one, by default of the input's own name, or several; none for keys and interactions. */
  readonly columns: readonly string[]
  /** The pretrained vectors it reads; default: those of the input's own name. */
  readonly vectors?: string
  readonly shape: Shape
  /** The input whose values a history reads; absent: rows of its own. */
  readonly of?: InputNode
}

/** Whether an input gives rows of a table or numbers; a history of another input gives what that one gives. */
export const inputGives = ({ of, definition }: InputNode): 'rows' | 'numbers' => (of?.definition ?? definition).gives

/** The matrix [height, dim] of one or more embeddings; named after the embedding that owns it. */
export interface Table {
  readonly name: string
  readonly dim: number
  readonly init: TableInit
  readonly l2: number
  readonly nu: number
  /** The owner's input, which decides the height. */
  readonly input: string
  /** Every embedding that reads it, the owner first. */
  readonly readers: readonly string[]
}

interface NodeBase {
  readonly name: string
  /** Of one value, without the batch axis. */
  readonly shape: Shape
  readonly side: Side
  /** True for sequences, whose values carry a mask. */
  readonly masked: boolean
}

/** The rows of a table that an input looks up. */
export interface EmbeddingNode extends NodeBase {
  readonly kind: 'embedding'
  readonly input: string
  readonly table: string
  /** Rows of a bag are combined; absent: one row, or a sequence. */
  readonly combine?: 'mean' | 'sum'
}

/** An input that gives numbers. */
export interface NumbersNode extends NodeBase {
  readonly kind: 'numbers'
  readonly input: string
}

/** The inputs of an op with a matrix of items: the history of a user, and the item that is scored. */
export interface MatrixReads {
  readonly history: string
  readonly item: string
}

/** An op; `ports` lists the nodes at each port, in the order of the definition's ports. */
export interface OpNode extends NodeBase {
  readonly kind: 'op'
  readonly type: string
  readonly definition: Layer
  readonly params: Readonly<Record<string, unknown>>
  readonly ports: Readonly<Record<string, readonly string[]>>
  /** The names in `ports`, flat, in the order of the document. */
  readonly inputs: readonly string[]
  /** By short name; in the program a weight is called `<node>.<weight>`. */
  readonly weights: Readonly<Record<string, WeightSpec>>
  /** For an op with a matrix: the inputs whose rows it reads; its `inputs` have no nodes then. */
  readonly reads?: MatrixReads
}

/** A node of the graph. */
export type GraphNode = EmbeddingNode | NumbersNode | OpNode

/** The column a head predicts, and its scale. */
export interface Target {
  readonly column: string
  /** The loss sees (value − low) / (high − low); predictions are mapped back. */
  readonly range?: readonly [low: number, high: number]
  /** Predictions are clipped to this interval. */
  readonly clip?: readonly [low: number, high: number]
  /** The loss sees 1 where the column has this value, or one of these, 0 elsewhere. */
  readonly positive?: TargetValue | readonly TargetValue[]
  /** The loss sees 1 where the column has at least this number, 0 elsewhere. */
  readonly atLeast?: number
  /** All values of the column; the loss sees the index of the value. */
  readonly classes?: readonly TargetValue[]
}

/** A value of a target column as documents write it: true or 4 stand for the text "true" or "4" as well. */
export type TargetValue = string | number | boolean

/** A score, its target and its loss. */
export interface Head {
  readonly name: string
  /** Names of nodes by the loss's ports. */
  readonly ports: Readonly<Record<string, readonly string[]>>
  readonly inputs: readonly string[]
  readonly loss: {
    readonly type: string
    readonly definition: Loss
    readonly params: Readonly<Record<string, unknown>>
  }
  readonly target?: Target
  readonly weight: Schedule
  /** An example is a user's sequence of events, read once, with the loss at each of them; absent: as the loss says. */
  readonly examples?: 'sequences'
}

/** One solver of the document's list. */
export interface Phase {
  readonly type: string
  readonly solver: Solver
  readonly params: Readonly<Record<string, unknown>>
  readonly heads: readonly Head[]
  /** Trained tables and weights: `q`, `deep/hidden1.kernel`. All others are constant. */
  readonly trains: ReadonlySet<string>
}

/** A checked document with every name resolved: the result of `compile`, which core runs. */
export interface Graph {
  readonly name: string
  /** The normalized document: primitive ops only, defaults filled in; compiles to this graph again. */
  readonly document: Readonly<Record<string, unknown>>
  readonly inputs: ReadonlyMap<string, InputNode>
  readonly tables: ReadonlyMap<string, Table>
  /** In topological order: inputs of a node come before it. */
  readonly nodes: ReadonlyMap<string, GraphNode>
  readonly heads: ReadonlyMap<string, Head>
  /** The head whose score ranks items; absent where no head reads an item. */
  readonly ranking?: Head
  readonly phases: readonly Phase[]
  readonly evaluation: EvaluationSpec
  /** Metrics that solvers measure on validation rows, by their text (`recall@20`). */
  readonly validationMetrics: ReadonlyMap<string, MetricSpec>
  /** Samplers by the names that documents use. */
  readonly samplers: ReadonlyMap<string, Sampler>
  /** The plugins whose operators the normalized document uses. */
  readonly plugins: readonly PluginIdentity[]
}
