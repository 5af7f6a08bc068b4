import * as tf from '@tensorflow/tfjs-core'
import type { TensorKernelConfig } from '../kernel.js'

/** Numbers of the type that they are said to have; the kernel of tfjs keeps the bytes of booleans and integers. */
export const cast: TensorKernelConfig = {
  name: tf.Cast,
  run: ({ inputs: { x }, attrs, backend }) => {
    const { dtype } = attrs as { dtype: tf.DataType }
    const from = x!.dtype
    const widens = (from === 'bool' || from === 'int32') && (dtype === 'float32' || dtype === 'int32')
    if (!widens || from === dtype) return undefined
    const values = backend.view(x!)
    return backend.makeTensorInfo(
      x!.shape,
      dtype,
      dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values),
    )
  },
}
