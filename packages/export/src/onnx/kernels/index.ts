import { arithmetic } from './arithmetic.js'
import { convolutions } from './convolution.js'
import type { Translation } from './kernel.js'
import { logic } from './logic.js'
import { products } from './matmul.js'
import { normalizations } from './normalization.js'
import { reductions } from './reduce.js'
import { shapes } from './shape.js'
import { slices } from './slice.js'

/** How each kernel of tfjs is written as operations of ONNX. */
export const translations: ReadonlyMap<string, Translation> = new Map(
  [arithmetic, convolutions, logic, normalizations, products, reductions, shapes, slices].flatMap((group) =>
    Object.entries(group),
  ),
)
