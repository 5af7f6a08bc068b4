import { layer, type Shape, Type, tf, type WeightSpec, width } from '@recspec/core'

/**
 * Cross layers on the concatenated inputs x₀ [width], with a result [width]. With `vector` xₗ₊₁ = x₀ (w · xₗ) + b + xₗ
 * (Wang et al., ADKDD 2017), with `matrix` xₗ₊₁ = x₀ ∘ (W xₗ + b) + xₗ (Wang et al., WWW 2021).
 */
export const cross = layer({
  summary:
    'Cross layers on the concatenated inputs x₀, as wide as they are; each layer raises the degree of the polynomial' +
    ' by one (Wang et al., ADKDD 2017; `matrix`: Wang et al., WWW 2021).',
  params: Type.Object(
    {
      layers: Type.Integer({
        minimum: 1,
        maximum: 64,
        default: 2,
        description: 'number of layers; the degree is one more',
      }),
      kernel: Type.Enum(['vector', 'matrix'], {
        default: 'vector',
        description: '`vector`: x₀ (w · x) + b + x; `matrix`: x₀ ∘ (W x + b) + x',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: { x: 'joined' },
  shape: (_, { x }) => [width(x)],
  weights: ({ layers, kernel }, { x }) =>
    Object.fromEntries(Array.from({ length: layers }, (_, index) => weightsOf(index + 1, kernel, x)).flat()),
  apply: ({ layers, kernel }, { x }, weights) => {
    let tensor = x.tensor
    for (let number = 1; number <= layers; number++) {
      const mixed = tf.matMul(tensor as tf.Tensor2D, weights[`kernel${number}`] as tf.Tensor2D)
      const bias = weights[`bias${number}`]!
      const product =
        kernel === 'vector' ? tf.add(tf.mul(x.tensor, mixed), bias) : tf.mul(x.tensor, tf.add(mixed, bias))
      tensor = tf.add(product, tensor)
    }
    return { tensor }
  },
  keras: {
    name: 'Cross',
    source: `
class Cross(Op):
    """Cross layers (Wang et al., 2017 and 2021)."""

    def call(self, x):
        out = x.tensor
        for number in range(1, self.params.layers + 1):
            mixed = ops.matmul(out, getattr(self.weight, f"kernel{number}"))
            bias = getattr(self.weight, f"bias{number}")
            product = x.tensor * mixed + bias if self.params.kernel == "vector" else x.tensor * (mixed + bias)
            out = product + out
        return Value(out)
`,
  },
})

const weightsOf = (number: number, kernel: 'vector' | 'matrix', x: Shape): [string, WeightSpec][] => [
  [`kernel${number}`, { shape: [width(x), kernel === 'vector' ? 1 : width(x)], init: 'glorot' }],
  [`bias${number}`, { shape: [width(x)], init: 'zeros' }],
]
