import { module as encoded } from '../dense.generated.js'
import { decode, platform, simd } from '../wasm/webassembly.js'
import type { DenseLayer } from './dense.js'

/**
 * Kernels of dense layers on the caller's memory. All arguments but a layer's sizes are addresses in it; `bias` 0: no
 * bias.
 */
export interface DenseKernels {
  forward(layer: DenseLayer, x: number, kernel: number, bias: number, out: number): void
  /** Gradients of `forward`; `slope` has space for [rows, to], `transposed` for [to, from]; `dbias` 0: not wanted. */
  backward(layer: DenseLayer, at: DenseAddresses): void
  /**
   * Copies the first `width` numbers of each row at `from`, rows of `pitch` numbers, to rows of `other` numbers at
   * `to`.
   */
  columns(from: number, pitch: number, to: number, other: number, width: number, rows: number): void
}

/** Addresses of the inputs, the scratch and the results of a layer's gradients. */
export interface DenseAddresses {
  readonly x: number
  readonly kernel: number
  readonly y: number
  readonly dy: number
  readonly slope: number
  readonly transposed: number
  readonly dx: number
  readonly dkernel: number
  readonly dbias: number
}

/** Opens the kernels of dense layers on a `WebAssembly.Memory` that is not shared; undefined without SIMD. */
export const openDense = async (memory: object): Promise<DenseKernels | undefined> => {
  if (!simd()) return undefined
  const module = await platform!.compile(decode(encoded))
  const { forward, backward, columns } = new platform!.Instance(module, { env: { memory, abort() {} } })
    .exports as Record<'forward' | 'backward' | 'columns', (...args: readonly number[]) => void>
  return {
    forward: ({ rows, from, to, relu }, x, kernel, bias, out) =>
      forward(x, rows, from, kernel, to, bias, relu ? 1 : 0, out),
    backward: ({ rows, from, to, relu }, { x, kernel, y, dy, slope, transposed, dx, dkernel, dbias }) =>
      backward(x, rows, from, kernel, to, relu ? 1 : 0, y, dy, slope, transposed, dx, dkernel, dbias),
    columns: (from, pitch, to, other, width, rows) => columns(from, 4 * pitch, to, 4 * other, 4 * width, rows),
  }
}
