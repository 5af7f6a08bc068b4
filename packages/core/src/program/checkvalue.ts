import * as tf from '@tensorflow/tfjs-core'
import { type OperatorUse, operatorFault } from '../blame.js'
import { printShape, type Shape } from '../contract/shape.js'
import type { Value } from '../contract/value.js'

/**
 * Throws where the output of a layer is not float32 [axis, ...shape] with the declared shape, or its mask is not
 * [axis, length]. `axis` is undefined where its length is not known.
 */
export const checkValue = (use: OperatorUse, shape: Shape, value: Value, axis: number | undefined): void => {
  const { tensor, mask } = value ?? {}
  if (!(tensor instanceof tf.Tensor)) throw operatorFault(use, 'returned no { tensor } from "apply"')
  const declared = [axis ?? 'axis', ...shape]
  const fits =
    tensor.shape.length === declared.length &&
    declared.every((size, place) => typeof size === 'string' || size === tensor.shape[place])
  if (!fits)
    throw operatorFault(use, `returned ${printShape(tensor.shape)} from "apply", expected ${printShape(declared)}`)
  if (tensor.dtype !== 'float32') throw operatorFault(use, `returned ${tensor.dtype} from "apply", expected float32`)
  if (mask && (mask.shape.length !== 2 || mask.shape.some((size, place) => size !== tensor.shape[place])))
    throw operatorFault(
      use,
      `returned a mask ${printShape(mask.shape)} with tensor ${printShape(tensor.shape)}, expected ${printShape(tensor.shape.slice(0, 2))}`,
    )
}
