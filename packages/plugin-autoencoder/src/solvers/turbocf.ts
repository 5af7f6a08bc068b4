import { solver, Type } from '@recspec/core'
import { turbocfArrays } from '../linear/filters.js'
import { finished, meanError } from '../linear/report.js'
import { linearTarget, obstacle, unread } from '../linear/target.js'
import { gramNumbers, rowsPart, sparsePart } from './memory.js'

/** A filter of the interaction graph with every number to a power. */
export const turboCf = solver({
  summary:
    'A linear filter of the interaction graph, each of its numbers to a power, without training (Turbo-CF: Park et al., ' +
    'SIGIR 2024). The loss is measured on a sample of rows.',
  params: Type.Object(
    {
      alpha: Type.Number({
        default: 0.5,
        minimum: 0,
        maximum: 1,
        description: 'share of the normalization that is by users: R / (users^alpha · items^(1 − alpha))',
      }),
      power: Type.Number({ default: 1, exclusiveMinimum: 0, description: 'exponent of each number of the filter' }),
    },
    { additionalProperties: false },
  ),
  kind: 'minimises',
  rejects: (_, problem) => obstacle(problem) ?? unread(linearTarget(problem), ['topK']),
  plan: () => 'one product of the normalized rows with themselves, no training',
  memory: (_, problem, sizes) => {
    const { node, params } = linearTarget(problem)
    return [
      rowsPart(sizes),
      sparsePart(gramNumbers(node, sizes, params.topK)),
      { name: 'work of the threads', bytes: 8 * sizes.items * sizes.threads, inKernels: true },
    ]
  },

  async *fit({ alpha, power }, problem, program, run) {
    const { node, params } = linearTarget(problem)
    const items = program.dataset.items.ids.count
    const rows = program.rows(node.name)
    const most = params.topK === undefined ? {} : { most: params.topK }
    const arrays = turbocfArrays(program.kernels, rows, items, { alpha, power, ...most })
    const matrix = program.setMatrix(node.name, arrays)
    yield await finished(program, run, { loss: meanError(matrix, rows, items), step: 1 })
  },
})
