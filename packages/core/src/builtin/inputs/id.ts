import Type from 'typebox'
import { input } from '../../contract/input.js'

/** One row per user or item; row 0 for an unknown one. */
export const id = input({
  summary: 'One row per user or item.',
  params: Type.Object({}, { additionalProperties: false }),
  gives: 'rows',
  reads: 'key',
  entities: ['user', 'item'],
  shape: () => [],
  learn: (_, { count }): { count: number } => ({ count }),
  height: (_, { count }) => count + 1,
  labels: (_, { count }, ids) => [undefined, ...Array.from({ length: count }, (_, index) => ids.at(index))],
  encode: (_, { count }, value) => {
    const index = value
    return { rows: [index >= 0 && index < count ? index + 1 : 0] }
  },
})
