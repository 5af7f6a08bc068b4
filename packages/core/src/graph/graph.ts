import type { Init, WeightSpec } from '../contract/init.js'
import type { Input } from '../contract/input.js'
import type { Layer } from '../contract/layer.js'
import type { Loss } from '../contract/loss.js'
import type { PluginIdentity } from '../contract/plugin.js'
import type { Sampler } from '../contract/sampler.js'
import type { Entity, Shape, Side } from '../contract/shape.js'
import type { Solver } from '../contract/solver.js'
import type { EvaluationSpec, MetricSpec } from '../evaluation/spec.js'
import type { Schedule } from '../schedule/index.js'

/** An entry of `inputs`: an encoder and its parameters, bound to a column by name. */
export interface InputNode {
  readonly name: string
  /** As the document writes it, plugin prefix included. */
  readonly type: string
  readonly definition: Input
  readonly params: Readonly<Record<string, unknown>>
  readonly entity: Entity
  /** The input's own name unless the document says `column`. */
  readonly column: string
  readonly shape: Shape
}

/** The rows behind one or more embeddings; owned by the embedding it is named after. */
export interface Table {
  readonly name: string
  readonly dim: number
  readonly init: Init
  readonly l2: number
  readonly nu: number
  /** The owner's input, which decides the height. */
  readonly input: string
  /** Every embedding that reads it, the owner first. */
  readonly readers: readonly string[]
}

interface NodeBase {
  readonly name: string
  /** Of one value, the axis left out. */
  readonly shape: Shape
  readonly side: Side
  /** True for sequences, whose values carry a mask. */
  readonly masked: boolean
}

/** A table read by an input. */
export interface EmbeddingNode extends NodeBase {
  readonly kind: 'embedding'
  readonly input: string
  readonly table: string
  /** Absent: one row, or a sequence. */
  readonly combine?: 'mean' | 'sum'
}

/** An input that gives numbers. */
export interface NumbersNode extends NodeBase {
  readonly kind: 'numbers'
  readonly input: string
}

/** An operator; `ports` lists the nodes at each port, in the order of the definition's ports. */
export interface OpNode extends NodeBase {
  readonly kind: 'op'
  readonly type: string
  readonly definition: Layer
  readonly params: Readonly<Record<string, unknown>>
  readonly ports: Readonly<Record<string, readonly string[]>>
  /** The names of `ports`, flat, in the order the document gave them. */
  readonly inputs: readonly string[]
  /** By short name; in the program a weight is called `<node>.<weight>`. */
  readonly weights: Readonly<Record<string, WeightSpec>>
}

export type GraphNode = EmbeddingNode | NumbersNode | OpNode

/** The column a head predicts, and its scale. */
export interface Target {
  readonly column: string
  /** The loss sees (value − low) / (high − low); predictions are carried back. */
  readonly range?: readonly [low: number, high: number]
  /** Predictions are cut to this. */
  readonly clip?: readonly [low: number, high: number]
  /** The loss sees 1 where the column has this value, 0 elsewhere. */
  readonly positive?: string | number | boolean
}

/** What is predicted, and how wrong a prediction is. */
export interface Head {
  readonly name: string
  /** Names of nodes, by the loss's ports. */
  readonly ports: Readonly<Record<string, readonly string[]>>
  readonly inputs: readonly string[]
  readonly loss: {
    readonly type: string
    readonly definition: Loss
    readonly params: Readonly<Record<string, unknown>>
  }
  readonly target?: Target
  readonly weight: Schedule
}

/** One solver of the document's list. */
export interface Phase {
  readonly type: string
  readonly solver: Solver
  readonly params: Readonly<Record<string, unknown>>
  readonly heads: readonly Head[]
  /** Tables and weights that move: `q`, `deep/hidden1.kernel`. Everything else is a constant. */
  readonly trains: ReadonlySet<string>
}

/** A checked document with every name resolved; what `compile` returns and core runs. */
export interface Graph {
  readonly name: string
  /** The normalized document: primitive ops only, defaults filled in; compiles to this graph again. */
  readonly document: Readonly<Record<string, unknown>>
  readonly inputs: ReadonlyMap<string, InputNode>
  readonly tables: ReadonlyMap<string, Table>
  /** In topological order: a node comes after all it reads. */
  readonly nodes: ReadonlyMap<string, GraphNode>
  readonly heads: ReadonlyMap<string, Head>
  /** The head whose first input ranks items, if any reads an item. */
  readonly ranking?: Head
  readonly phases: readonly Phase[]
  readonly evaluation: EvaluationSpec
  /** Metrics that solvers measure on validation rows, by their text. */
  readonly validationMetrics: ReadonlyMap<string, MetricSpec>
  /** Every sampler that a document may name. */
  readonly samplers: ReadonlyMap<string, Sampler>
  /** The plugins whose operators appear. */
  readonly plugins: readonly PluginIdentity[]
}
