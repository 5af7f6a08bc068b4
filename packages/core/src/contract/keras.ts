/**
 * How an operator is written in Keras 3: the text of a Python class or function, made of `keras.ops` alone, so that it
 * runs on every backend of Keras. docs/keras.md says what the text may use, for every kind of operator.
 */
export interface KerasText {
  /** The name of the class or function that `source` defines. */
  readonly name: string
  readonly source: string
  /** Other texts that `source` uses; each is written once. */
  readonly uses?: readonly KerasText[]
  /** Of a loss: what it reads of its labels besides the scores. */
  readonly reads?: readonly KerasLabel[]
}

/** What a loss may read of its labels. */
export type KerasLabel = 'target' | 'positive' | 'logQ' | 'users' | 'cells'
