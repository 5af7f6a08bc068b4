import type { Tensor } from '@tensorflow/tfjs-core'
import type { Static, TObject } from 'typebox'
import type { Form } from './form.js'
import type { WeightSpec } from './init.js'
import type { KerasText } from './keras.js'
import type { ItemMatrix, MatrixArrays, MatrixContext } from './matrix.js'
import type { Ports, PortValues } from './ports.js'
import type { Shape } from './shape.js'
import type { Typed } from './typed.js'
import type { Context, Value } from './value.js'
import type { ParamsSchema, Written } from './written.js'

/**
 * A graph operator. Everything but `apply` runs at compile time and never touches a tensor.
 * Errors are bare sentences (`needs inputs of equal width, got [16] and [32]`): the compiler adds name and place.
 */
export interface Layer<S extends TObject = TObject, P extends Ports = Ports, W extends string = string> {
  /** One sentence; with the paper if there is one. Shown by `recspec explain` and in the schema. */
  readonly summary: string
  /** Parameters other than `type` and `inputs`, with their defaults. */
  readonly params: S
  readonly inputs: P
  /** Shape of the output without its axis. */
  shape(params: Static<S>, inputs: PortValues<P, Shape>): Shape
  weights?(params: Static<S>, inputs: PortValues<P, Shape>): Record<W, WeightSpec>
  form?(params: Static<S>, inputs: PortValues<P, Shape>): Form | undefined
  /**
   * For layers that read sequences: the parameters with which `apply` gives at every step what these parameters give
   * for the sequence that ends there (the same parameters for a layer of single steps, `returns: 'sequence'` for one
   * that gives the last state). Values at steps with mask 0 are not read, but for step 0 of an empty sequence. Absent
   * or undefined: later steps matter. May throw a bare sentence that says what to change.
   */
  causal?(params: Static<S>): Static<S> | undefined
  /** Whether every output is a probability (it ends in a sigmoid or softmax): a loss of logits refuses such a score. */
  outputsProbability?(params: Static<S>): boolean
  apply(params: Static<S>, inputs: PortValues<P, Value>, weights: Readonly<Record<W, Tensor>>, context: Context): Value
  /** The same in Keras, a class of `Op`; absent: documents with the layer are not exported to Keras. */
  readonly keras?: KerasText
  /** Of a layer made by `matrixLayer`: opens the matrix that the values of pairs are read from. */
  matrix?(params: Static<S>, arrays: MatrixArrays, context: MatrixContext): ItemMatrix
}

/** Defines a layer; the types of parameters and ports follow from its schema. */
export const layer = <S extends TObject, P extends Ports, W extends string>(definition: Layer<S, P, W>) =>
  definition as unknown as Typed<'layer', { params: ParamsSchema<Written<S>>; inputs: P }>

/** An entry of `embeddings`, as a document writes it. */
export interface EmbeddingEntry {
  readonly input: string
  readonly dim?: number
  readonly init?: unknown
  readonly l2?: number
  readonly nu?: number
  readonly combine?: 'mean' | 'sum'
  readonly table?: string
}

/** An entry of `ops`, as a document writes it. */
export interface OpEntry {
  readonly type: string
  readonly inputs: readonly string[]
  readonly [parameter: string]: unknown
}

/** The sub-graph a macro stands for; names are local (`hidden1`) and become `<name>/hidden1`. */
export interface Expansion {
  readonly embeddings?: Readonly<Record<string, EmbeddingEntry>>
  readonly ops: Readonly<Record<string, OpEntry>>
  /** The local name of the part that the macro's own name refers to. */
  readonly output: string
}

/** An op defined by the sub-graph it stands for, tables included. */
export interface Macro<S extends TObject = TObject, P extends Ports = Ports> {
  readonly summary: string
  readonly params: S
  readonly inputs: P
  /**
   * `inputs`: the names of the nodes at each port, to be used unchanged. Parts refer to each other by local names with
   * a leading dot (`.hidden1`), which keeps them apart from names of the document.
   */
  expand(params: Static<S>, inputs: { readonly [K in keyof P]: readonly string[] }): Expansion
}

/** Defines a macro; the types of parameters and ports follow from its schema. */
export const macro = <S extends TObject, P extends Ports>(definition: Macro<S, P>) =>
  definition as unknown as Typed<'macro', { params: ParamsSchema<Written<S>>; inputs: P }>
