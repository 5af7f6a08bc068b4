import type { tf } from '@recspec/core'
import type { Builder } from '../builder.js'
import type { Dims } from '../dims.js'
import type { ElementType } from '../proto.js'

/** A value that an operation reads or gives: its name in the graph, its shape and its type. */
export interface Operand {
  readonly name: string
  readonly dims: Dims
  readonly dtype: tf.DataType
}

/** A call of a kernel of tfjs that is written as operations of ONNX. */
export interface Call {
  readonly graph: Builder
  /** Inputs in the order of the call; `input` finds one by the kernel's name for it. */
  readonly inputs: readonly Operand[]
  input(name: string): Operand
  optional(name: string): Operand | undefined
  readonly attributes: Readonly<Record<string, unknown>>
  /** Shapes and types of what it gives. */
  readonly outputs: readonly Omit<Operand, 'name'>[]
}

/**
 * Writes a call of a kernel; returns the names of what it gives. Throws a bare sentence where these attributes have no
 * translation.
 */
export type Translation = (call: Call) => string | readonly string[]

/** Translations by the names of the kernels of tfjs. */
export type Translations = Readonly<Record<string, Translation>>

const TYPES: Readonly<Partial<Record<tf.DataType, ElementType>>> = { float32: 'float', int32: 'int32', bool: 'bool' }

/** The type of ONNX for a type of tfjs; throws a bare sentence where there is none. */
export const typeOf = (dtype: tf.DataType): ElementType => {
  const found = TYPES[dtype]
  if (!found) throw new Error(`needs numbers, got ${dtype}`)
  return found
}

/** An attribute that is a list of numbers, or one number. */
export const numbersOf = (value: unknown): readonly number[] =>
  Array.isArray(value) ? (value as readonly number[]) : [value as number]

/** Axes from the first, of a tensor with so many. */
export const axesOf = (axis: unknown, rank: number): readonly number[] =>
  axis === undefined || axis === null
    ? Array.from({ length: rank }, (_, k) => k)
    : numbersOf(axis).map((one) => (one < 0 ? one + rank : one))
