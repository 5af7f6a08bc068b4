import { input } from '../../contract/input.js'
import { Type } from '../../contract/type.js'
import { text } from './cells.js'

/** The numbers of one cell, separated by spaces, commas or semicolons, as an array of a given shape; missing: zeros. */
export const tensor = input({
  summary: 'An array of numbers in one cell, such as an audio spectrogram or an image embedding.',
  params: Type.Object(
    {
      shape: Type.Array(Type.Integer({ minimum: 1 }), {
        minItems: 1,
        maxItems: 4,
        description: 'sizes in row-major order',
      }),
    },
    { additionalProperties: false },
  ),
  gives: 'numbers',
  reads: 'column',
  entities: ['user', 'item', 'event'],
  shape: ({ shape }) => shape,
  learn: () => ({}),
  encode: ({ shape }, _, value) => {
    const size = shape.reduce((product, dim) => product * dim, 1)
    const found = text(value)?.trim()
    if (!found) return { values: new Float32Array(size) }
    const parts = found.split(/[\s,;]+/)
    if (parts.length !== size) throw new Error(`expected ${size} numbers, got ${parts.length}`)
    const values = Float32Array.from(parts, Number)
    const wrong = values.findIndex((number) => !Number.isFinite(number))
    if (wrong >= 0) throw new Error(`invalid number "${parts[wrong]}"`)
    return { values }
  },
})
