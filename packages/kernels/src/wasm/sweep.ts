import { constants } from '../boundary.generated.js'
import { invertBlock, SWEEP_BLOCK, sweepBlocks } from '../matrix/sweep.js'
import type { TensorKernels } from '../tensor/kernels.js'
import type { Context } from './context.js'
import { withScratch } from './scratch.js'

const { PACK_BLOCK } = constants['tensor/pack']
const ROW_BLOCK = 128

/** `sweepBlock` of the reference, in tasks. */
export const sweepBlock = (
  { heap }: Context,
  tensors: TensorKernels,
  array: Float32Array,
  [size, block]: readonly [size: number, block: number],
): boolean =>
  withScratch(heap, (scratch) => {
    const matrix = scratch.output(array, true)
    const first = block * SWEEP_BLOCK
    const width = Math.min(SWEEP_BLOCK, size - first)
    const padded = Math.ceil(size / 8) * 8
    const panel = scratch.bytes(4 * size * width)
    const sizes = { size, first, width, rowBlock: ROW_BLOCK }
    const rowTasks = Math.ceil(size / ROW_BLOCK)
    tensors.run('sweepPanel', rowTasks, { matrix, out: panel, ...sizes })

    const own = heap.float32(panel + 4 * first * width, width * width)
    const inverse = invertBlock(Float64Array.from(own), width)
    if (!inverse) return false
    const pack = (b: number, step: number, column: number, columns: number, panels: number) =>
      tensors.run('pack', Math.ceil(columns / PACK_BLOCK), {
        ...{ b, step, column, batch: 0, panels, panelsBatch: 0, depth: width, columns, depthBlock: width },
      })
    // product ← −A_iK D
    const small = scratch.bytes(4 * width * width)
    const negative = heap.float32(small, width * width)
    for (let at = 0; at < negative.length; at++) negative[at] = -inverse[at]!
    const smallPanels = scratch.bytes(4 * width * (width + 8))
    pack(small, 4 * width, 4, width, smallPanels)
    const product = scratch.zeros(4 * size * width)
    tensors.run('addProduct', rowTasks, {
      ...{ a: panel, rowStep: 4 * width, step: 4, panels: smallPanels, c: product, cPitch: 4 * width },
      ...{ rows: size, depth: width, columns: width, rowBlock: ROW_BLOCK, columnBlock: SWEEP_BLOCK },
    })

    const blocks = sweepBlocks(size)
    const [rows, panels] = [scratch.bytes(4 * padded * width), scratch.bytes(4 * padded * width)]
    tensors.run('interleave', Math.ceil(padded / ROW_BLOCK), {
      ...{ x: product, out: rows, rows: size, depth: width, groupBlock: ROW_BLOCK / 4 },
    })
    pack(panel, 4, 4 * width, size, panels)
    tensors.run('symmetricUpdate', (blocks * (blocks + 1)) / 2, {
      ...{ rows, panels, c: matrix, size, depth: width, block: SWEEP_BLOCK, skipped: block },
    })

    // the panel of the result: A_iK D, and −D in the block
    const result = heap.float32(product, size * width)
    for (let at = 0; at < result.length; at++) result[at] = -result[at]!
    result.set(negative, first * width)
    tensors.run('sweepStore', rowTasks, { matrix, panel: product, ...sizes })
    return true
  })
