import * as tf from '@tensorflow/tfjs-core'
import { floats, rowsPerTask, type TensorKernelConfig } from '../kernel.js'

/** Permutes up to four dimensions; neighbours that stay side by side count as one. */
export const transpose: TensorKernelConfig = {
  name: tf.Transpose,
  run: ({ inputs: { x }, attrs, backend }) => {
    const { perm } = attrs as { perm: number[] }
    if (!floats(x)) return undefined
    const { shape } = x!
    const steps = tf.util.computeStrides(shape).concat(1)
    const dimensions: { size: number; step: number }[] = []
    for (const dim of perm) {
      const [size, step] = [shape[dim]!, steps[dim]!]
      const before = dimensions.at(-1)
      if (size === 1) continue
      if (before && before.step === step * size) dimensions[dimensions.length - 1] = { size: before.size * size, step }
      else dimensions.push({ size, step })
    }
    if (dimensions.length > 4) return undefined
    const one = { size: 1, step: 0 }
    const [first, second, third, inner] = [one, one, one, one, ...dimensions].slice(-4)
    const out = backend.output(perm.map((dim) => shape[dim]!))
    const rows = first!.size * second!.size * third!.size
    const rowBlock = rowsPerTask(inner!.size)
    backend.kernels.run('permute', Math.ceil(rows / rowBlock), {
      ...{ x: backend.place(x!), out: backend.place(out), rowBlock },
      ...{ first: first!.size, second: second!.size, third: third!.size, inner: inner!.size },
      ...{ firstStep: first!.step, secondStep: second!.step, thirdStep: third!.step, innerStep: inner!.step },
    })
    return out
  },
}
