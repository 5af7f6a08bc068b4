import { input } from '../../contract/input.js'
import { Type } from '../../contract/type.js'
import { l2Factor } from '../../dataset/norm.js'

/** The pretrained vector of a user or an item, by its id; zeros where it has none. */
export const vectors = input({
  summary:
    'The pretrained vector of a user or an item, by its id: numbers that are not trained and are in the model. Zeros where there is none.',
  params: Type.Object(
    {
      dim: Type.Integer({ minimum: 1, maximum: 65_536, description: 'width of the vectors in the data' }),
      normalize: Type.Enum(['none', 'l2'], { default: 'none', description: '`l2`: each vector is L2-normalized' }),
      missing: Type.Enum(['zero', 'flag'], {
        default: 'zero',
        description:
          'without a vector all numbers are 0; `flag`: one more number is 1 where there is no vector and 0 elsewhere',
      }),
    },
    { additionalProperties: false },
  ),
  gives: 'numbers',
  reads: 'vector',
  entities: ['user', 'item'],
  shape: ({ dim, missing }) => [missing === 'flag' ? dim + 1 : dim],
  learn: () => ({}),
  encode: ({ dim, normalize, missing }, _, vector) => {
    const values = new Float32Array(missing === 'flag' ? dim + 1 : dim)
    if (vector === undefined) {
      if (missing === 'flag') values[dim] = 1
      return { values }
    }
    if (vector.length !== dim) throw new Error(`expected ${dim} numbers, got ${vector.length}`)
    const factor = normalize === 'l2' ? l2Factor(vector) : 1
    for (let lane = 0; lane < dim; lane++) values[lane] = vector[lane]! * factor
    return { values }
  },
})
