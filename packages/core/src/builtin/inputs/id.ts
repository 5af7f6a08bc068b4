import { input } from '../../contract/input.js'
import { Type } from '../../contract/type.js'

/**
 * One row per user or item; row 0 for an unknown one. With dropout row 0 is trained, and stands for those without
 * training events too: their own rows are never trained.
 */
export const id = input({
  summary: 'One row per user or item.',
  params: Type.Object(
    {
      dropout: Type.Optional(
        Type.Number({
          minimum: 0,
          exclusiveMaximum: 1,
          description:
            'share of ids that a step reads as unknown, so that a score leans on other inputs for new users and ' +
            'items; default 0',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  gives: 'rows',
  reads: 'key',
  entities: ['user', 'item'],
  shape: () => [],
  dropout: ({ dropout = 0 }) => dropout,
  learn: (_, { count }): { count: number } => ({ count }),
  height: (_, { count }) => count + 1,
  labels: (_, { count }, ids) => [undefined, ...Array.from({ length: count }, (_, index) => ids.at(index))],
  encode: (_, { count }, value) => {
    const index = value
    return { rows: [index >= 0 && index < count ? index + 1 : 0] }
  },
})
