import * as tf from '@tensorflow/tfjs-core'
import { floats, rowsPerTask, sizeOf, type TensorKernelConfig } from '../kernel.js'

/** The softmax over the last dimension; over others tfjs moves it there. */
const config = (name: string, attribute: string, logarithm: number): TensorKernelConfig => ({
  name,
  run: ({ inputs, attrs, backend }) => {
    const [x] = Object.values(inputs)
    const axis = attrs[attribute] as number
    const columns = x!.shape.at(-1)!
    if (!floats(x) || (axis !== -1 && axis !== x!.shape.length - 1) || columns === 0) return undefined
    const out = backend.output(x!.shape)
    const rows = sizeOf(x!.shape) / columns
    const rowBlock = rowsPerTask(columns, 4096)
    const job = { x: backend.place(x!), out: backend.place(out), rows, columns, rowBlock, logarithm }
    backend.kernels.run('softmax', Math.ceil(rows / rowBlock), job)
    return out
  },
})

export const softmaxKernels = [config(tf.Softmax, 'dim', 0), config(tf.LogSoftmax, 'axis', 1)]
