import { type TensorKernels, tensorConstants } from '@recspec/kernels'
import * as tf from '@tensorflow/tfjs-core'
import type { TensorBackend } from '../backend.js'
import { type Call, floats, type TensorKernelConfig } from '../kernel.js'
import { unary } from './unary.js'

const { COLUMN_BLOCK } = tensorConstants['tensor/matmul']
const { PACK_BLOCK } = tensorConstants['tensor/pack']

/** Depth that a task packs. */
const PACKED_DEPTH = 1024

/** Numbers that a matrix takes in panels of 8 columns. */
const panelSize = (depth: number, columns: number): number => depth * Math.ceil(columns / 8) * 8

/** A matrix in kernel memory: strides in numbers between rows, between columns and between matrices. */
export interface Operand {
  readonly at: number
  readonly rowStep: number
  readonly columnStep: number
  readonly batchStep: number
}

/** Rows of a task, a multiple of 4: a sixteenth of all, at most 256, but as many as make a task worth its while. */
const rowBlockOf = (rows: number, depth: number): number =>
  Math.max(Math.min(256, Math.ceil(rows / 64) * 4), Math.ceil(250 / Math.max(1, depth)) * 4)

/** Packs matrices [depth, columns] into panels of 8 columns, which take `panelSize` numbers each. */
export const pack = (
  kernels: TensorKernels,
  b: Operand,
  depth: number,
  columns: number,
  panels: number,
  batches = 1,
): void =>
  kernels.run('pack', batches * Math.ceil(columns / PACK_BLOCK) * Math.ceil(depth / PACKED_DEPTH), {
    ...{ b: b.at, step: 4 * b.rowStep, column: 4 * b.columnStep, batch: 4 * b.batchStep },
    ...{ panels, panelsBatch: 4 * panelSize(depth, columns), depth, columns, depthBlock: PACKED_DEPTH },
  })

/**
 * C = f(A B + bias) at `c`, [batches, rows, columns] without gaps; A is [rows, depth], B [depth, columns]. `bias` 0:
 * none.
 */
export const multiply = (
  { kernels }: TensorBackend,
  { batches, rows, depth, columns }: Readonly<Record<'batches' | 'rows' | 'depth' | 'columns', number>>,
  a: Operand,
  b: Operand,
  c: number,
  bias = 0,
  relu = false,
): void => {
  if (rows === 0 || columns === 0 || batches === 0) return
  const packed = b.batchStep === 0 ? 1 : batches
  const size = panelSize(depth, columns)
  const panels = kernels.allocate(4 * size * packed)
  pack(kernels, b, depth, columns, panels, packed)
  const rowBlock = rowBlockOf(rows, depth)
  kernels.run('matmul', batches * Math.ceil(columns / COLUMN_BLOCK) * Math.ceil(rows / rowBlock), {
    a: a.at,
    rowStep: 4 * a.rowStep,
    step: 4 * a.columnStep,
    aBatch: 4 * a.batchStep,
    panels,
    panelsBatch: packed === 1 ? 0 : 4 * size,
    c,
    cPitch: 4 * columns,
    cBatch: 4 * columns * rows,
    bias,
    rows,
    depth,
    columns,
    rowBlock,
    relu: relu ? 1 : 0,
  })
  kernels.free(panels, 4 * size * packed)
}

/** A matrix without gaps, or its transpose. */
export const operand = (at: number, rows: number, columns: number, transposed = false, batchStep = 0): Operand =>
  transposed ? { at, rowStep: 1, columnStep: rows, batchStep } : { at, rowStep: columns, columnStep: 1, batchStep }

/** The product of two batches of matrices; of one matrix with every matrix of the other where it stands alone. */
const product = ({ inputs, attrs, backend }: Call, bias?: tf.TensorInfo, relu = false): tf.TensorInfo | undefined => {
  const { a, b } = inputs as Record<'a' | 'b', tf.TensorInfo>
  const { transposeA, transposeB } = attrs as { transposeA: boolean; transposeB: boolean }
  if (!floats(a, b, bias)) return undefined
  const [aRank, bRank] = [a.shape.length, b.shape.length]
  const [rows, depth] = transposeA ? [a.shape[aRank - 1]!, a.shape[aRank - 2]!] : a.shape.slice(-2)
  const columns = transposeB ? b.shape[bRank - 2]! : b.shape[bRank - 1]!
  const [aBatch, bBatch] = [a.shape.slice(0, -2), b.shape.slice(0, -2)]
  const [aCount, bCount] = [aBatch, bBatch].map(tf.util.sizeFromShape) as [number, number]
  // batches that differ in more than being one matrix are broadcast by the kernel of tfjs
  if (aCount !== bCount && aCount !== 1 && bCount !== 1) return undefined
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(aBatch, bBatch)
  const batches = tf.util.sizeFromShape(batch)
  if (batches !== Math.max(aCount, bCount)) return undefined
  const out = backend.output([...batch, rows!, columns])
  const sizes = { batches, rows: rows!, depth: depth!, columns }
  multiply(
    backend,
    sizes,
    operand(backend.place(a), rows!, depth!, transposeA, aCount === 1 ? 0 : rows! * depth!),
    operand(backend.place(b), depth!, columns, transposeB, bCount === 1 ? 0 : depth! * columns),
    backend.place(out),
    bias ? backend.place(bias) : 0,
    relu,
  )
  return out
}

export const batchMatMul: TensorKernelConfig = { name: tf.BatchMatMul, run: (call) => product(call) }

/** With a bias of one number a column and an activation that is a kernel of ours. */
export const fusedMatMul: TensorKernelConfig = {
  name: tf._FusedMatMul,
  run: (call) => {
    const { bias, preluActivationWeights, b } = call.inputs
    const { activation, transposeB } = call.attrs as { activation?: string; transposeB: boolean }
    const columns = b!.shape.at(transposeB ? -2 : -1)
    const simple = !bias || (bias.shape.at(-1) === columns && tf.util.sizeFromShape(bias.shape) === columns)
    const known = !activation || activation === 'linear' || activation === 'relu' || activation in unary
    if (preluActivationWeights || !simple || !known) return undefined
    const sums = product(call, bias, activation === 'relu')
    if (!sums || !activation || activation === 'linear' || activation === 'relu') return sums
    const out = unary[activation]!(call.backend, sums)
    call.backend.disposeData(sums.dataId)
    return out
  },
}
