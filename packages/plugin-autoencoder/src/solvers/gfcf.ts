import { solver, Type } from '@recspec/core'
import { gfcfArrays } from '../linear/filters.js'
import { linearTarget, obstacle, unread } from '../linear/target.js'
import { fitFilter } from './filter.js'
import { rowsPart, vectorParts } from './memory.js'

/** A linear filter of the interaction graph and an ideal low pass. */
export const gfCf = solver({
  summary:
    'A linear filter of the interaction graph and an ideal low pass of its singular vectors, without training (GF-CF: ' +
    'Shen et al., CIKM 2021). The loss is measured on a sample of rows.',
  params: Type.Object(
    {
      vectors: Type.Integer({ default: 256, minimum: 1, description: 'singular vectors of the low pass' }),
      weight: Type.Number({ default: 0.3, description: 'weight of the low pass' }),
    },
    { additionalProperties: false },
  ),
  kind: 'minimises',
  rejects: (_, problem) => obstacle(problem) ?? unread(linearTarget(problem), ['topK']),
  plan: ({ vectors }) => `${vectors} singular vectors of the normalized rows, no training`,
  memory: ({ vectors }, _, sizes) => [rowsPart(sizes), ...vectorParts(vectors, sizes)],
  fit: ({ vectors, weight }, problem, program, run) =>
    fitFilter(problem, [program, run], vectors, ({ rows, graph, items, vectors: found }) =>
      gfcfArrays(rows, graph, items, { vectors: found, weight }),
    ),
})
