import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { tf } from '../../src/index.js'

/** A tensor as vectors.py stores it. */
export interface Stored {
  readonly shape: readonly number[]
  readonly values: readonly number[]
}

type Named<T> = Readonly<Record<string, T>>
type Params = Named<unknown>

/** One use of an operator; `gradients` are those of Σ by ∘ value, by the inputs and the trained weights. */
export interface OpCase {
  readonly op: string
  readonly params: Params
  readonly training: boolean
  readonly inputs: readonly Stored[]
  readonly mask?: Stored
  readonly weights: Named<Stored>
  readonly uniform?: Stored
  readonly by: Stored
  readonly value: Stored
  readonly assigned: Named<Stored>
  readonly gradients: readonly Stored[]
}

/** One use of a loss: the loss of each example, and the gradient of their sum by the scores. */
export interface LossCase {
  readonly loss: string
  readonly params: Params
  readonly scores: Stored
  readonly labels: {
    readonly target?: Stored
    readonly positive?: Stored
    readonly logQ?: Stored
    readonly users?: Stored
    readonly items?: number
  }
  readonly value: Stored
  readonly gradient: Stored
}

/** One use of a loss on the vectors of all users of a batch and all its items. */
export interface GridCase {
  readonly loss: string
  readonly params: Params
  readonly user: Stored
  readonly item: Stored
  readonly grid: {
    readonly own: readonly number[]
    readonly excluded?: { readonly start: readonly number[]; readonly columns: readonly number[] }
    readonly logQ?: Stored
  }
  readonly value: Stored
  readonly gradients: readonly [user: Stored, item: Stored]
}

/** Steps of an update rule of the kernels: the rows each reads, their gradients, and the table after it. */
export interface RuleCase {
  readonly optimizer: string
  readonly parameters: readonly (number | boolean)[]
  readonly rate: number
  readonly start: Stored
  readonly steps: readonly { readonly rows: readonly number[]; readonly gradients: Stored; readonly values: Stored }[]
}

/** Three steps of a solver on all events at once. */
export interface TrainingCase {
  readonly model: string
  readonly solver: Params & { readonly type: string }
  readonly dim: number
  readonly start: Named<Stored>
  readonly values: Named<Stored>
}

/** What PyTorch computes, by vectors.py. */
export const vectors = JSON.parse(readFileSync(new URL('vectors.json', import.meta.url), 'utf8')) as {
  readonly events: { readonly user: number[]; readonly item: number[]; readonly rating: number[] }
  readonly ops: readonly OpCase[]
  readonly losses: readonly LossCase[]
  readonly grids: readonly GridCase[]
  readonly rules: readonly RuleCase[]
  readonly training: readonly TrainingCase[]
}

export const tensorOf = ({ shape, values }: Stored): tf.Tensor => tf.tensor([...values], [...shape], 'float32')

/**
 * Largest difference to PyTorch in float64, as a share of the largest number of a tensor: 96 roundings of a float32, so
 * float32 precision over the sums of an operator. Measured on wasm, cpu and tensorflow: at most 20, and 53 in gradients
 * of attention; there tensorflow has 77 on a processor with AVX2 only, where it sums in another order. PyTorch in
 * float32 is as far from its float64: at most 8, and 48 in gradients of attention.
 */
const TOLERANCE = 96 * 2 ** -24

/** Holds numbers to stored ones, within float32 precision. */
export const expectClose = (found: ArrayLike<number>, { values }: Stored, what: string): void => {
  expect(found.length, `${what}: how many numbers`).toBe(values.length)
  const most = TOLERANCE * Math.max(...values.map(Math.abs))
  const gap = Math.max(...values.map((value, place) => Math.abs(found[place]! - value)))
  expect(gap, `${what}: largest difference to PyTorch`).toBeLessThanOrEqual(most)
}
