import * as tf from '@tensorflow/tfjs-core'
import type { WeightSpec } from '../../contract/init.js'
import { layer } from '../../contract/layer.js'
import { width } from '../../contract/shape.js'
import { Type } from '../../contract/type.js'
import { kernelVjp } from './vjp.js'

/** x + Σₖ gₖ Kₖ yₖ: a residual connection (He et al., 2016) with optional gates (ReZero; Bachlechner et al., 2021). */
export const residual = layer({
  summary:
    'A residual connection: the first input plus the others, projected where their width differs (He et al., 2016).',
  params: Type.Object(
    {
      gate: Type.Boolean({
        default: false,
        description: 'multiply each branch by a learned scalar that starts at 0 (ReZero; Bachlechner et al., 2021)',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: { base: 'one', branches: 'many' },
  shape: (_, { base, branches }) => {
    branches.map(width)
    return [width(base)]
  },
  weights: ({ gate }, { base, branches }): Record<string, WeightSpec> =>
    Object.fromEntries(
      branches.flatMap((branch, place) => [
        ...(width(branch) === width(base)
          ? []
          : [[`kernel${place + 1}`, { shape: [width(branch), width(base)], init: 'glorot' }] as const]),
        ...(gate ? [[`gate${place + 1}`, { shape: [1], init: 'zeros' }] as const] : []),
      ]),
    ),
  form: (_, { branches }) => ({
    is: 'linear',
    vjp: (cotangent, weights) => ({
      inputs: [
        cotangent,
        ...branches.map((_, place) => {
          const kernel = weights[`kernel${place + 1}`]
          const factor = weights[`gate${place + 1}`]?.[0] ?? 1
          return (kernel ? kernelVjp(kernel, cotangent) : cotangent).map((g) => g * factor)
        }),
      ],
      constant: 0,
    }),
  }),
  apply: (_, { base, branches }, weights) => ({
    tensor: branches.reduce((sum, { tensor }, place) => {
      const kernel = weights[`kernel${place + 1}`]
      const factor = weights[`gate${place + 1}`]
      const projected = kernel ? tf.matMul(tensor as tf.Tensor2D, kernel as tf.Tensor2D) : tensor
      return tf.add(sum, factor ? tf.mul(projected, factor) : projected)
    }, base.tensor),
  }),
  keras: {
    name: 'Residual',
    source: `
class Residual(Op):
    """The first input plus the others, projected where their width differs, each with a gate where it has one."""

    def call(self, base, branches):
        out = base.tensor
        for place, branch in enumerate(branches, start=1):
            tensor = branch.tensor
            if hasattr(self.weight, f"kernel{place}"):
                tensor = ops.matmul(tensor, getattr(self.weight, f"kernel{place}"))
            if self.params.gate:
                tensor = tensor * getattr(self.weight, f"gate{place}")
            out = out + tensor
        return Value(out)
`,
  },
})
