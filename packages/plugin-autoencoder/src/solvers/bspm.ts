import { solver, Type } from '@recspec/core'
import { bspmArrays } from '../linear/filters.js'
import { linearTarget, obstacle, unread } from '../linear/target.js'
import { fitFilter } from './filter.js'
import { rowsPart, vectorParts } from './memory.js'

/** Blurs rows over the interaction graph and sharpens them. */
export const bspm = solver({
  summary:
    'Blurs rows over the interaction graph, adds an ideal low pass and sharpens the sum by a differential equation, ' +
    'without training (BSPM: Choi et al., SIGIR 2023). The loss is measured on a sample of rows.',
  params: Type.Object(
    {
      vectors: Type.Integer({ default: 448, minimum: 1, description: 'singular vectors of the low pass' }),
      weight: Type.Number({ default: 0.2, description: 'weight of the low pass' }),
      time: Type.Number({ default: 2.5, exclusiveMinimum: 0, description: 'how long it is sharpened' }),
      steps: Type.Integer({ default: 1, minimum: 1, maximum: 100, description: 'steps until then' }),
      method: Type.Enum(['rk4', 'euler'], { default: 'rk4', description: 'Runge–Kutta of order 4, or Euler' }),
      mean: Type.Boolean({ default: false, description: 'the result is the mean of blurred and sharpened scores' }),
    },
    { additionalProperties: false },
  ),
  kind: 'minimises',
  rejects: (_, problem) => obstacle(problem) ?? unread(linearTarget(problem), ['topK']),
  plan: ({ vectors, steps, method }) =>
    `${vectors} singular vectors of the normalized rows, ${steps} ${steps === 1 ? 'step' : 'steps'} of ${method}, no training`,
  memory: ({ vectors }, _, sizes) => [rowsPart(sizes), ...vectorParts(vectors, sizes)],
  fit: ({ vectors, weight, time, steps, method, mean }, problem, program, run) =>
    fitFilter(problem, [program, run], vectors, ({ rows, graph, items, vectors: found }) =>
      bspmArrays(rows, graph, items, { vectors: found, weight, time, steps, method, mean }),
    ),
})
