import Type from 'typebox'
import { sampler } from '../../contract/sampler.js'

/** Every item with the same probability. */
export const uniform = sampler({
  summary: 'every item with the same probability',
  params: Type.Object({}, { additionalProperties: false }),
  weights: () => 'equal',
})
