import type { Sparse } from '@recspec/kernels'
import { matrixLayer, matrixName, type Plugin, solver, Type, trainedMatrices } from '../src/index.js'

const closed = { additionalProperties: false } as const

/** Dense rows [items, items] of weighted lists. */
const dense = (values: Float32Array, items: number) => ({
  arrays: { values },
  scores: ({ start, index, values: weights }: Sparse) => {
    const out = new Float32Array((start.length - 1) * items)
    for (let list = 0; list + 1 < start.length; list++)
      for (let place = start[list]!; place < start[list + 1]!; place++)
        for (let item = 0; item < items; item++)
          out[list * items + item]! += (weights?.[place] ?? 1) * values[index[place]! * items + item]!
    return out
  },
})

/** A matrix of items and a solver that counts how often two items have the same user. */
export const cooccurrence: Plugin = {
  name: 'pairs',
  apiVersion: 1,
  layers: {
    items: matrixLayer({
      summary: 'Scores by a dense matrix of items.',
      params: Type.Object({}, closed),
      matrix: (_, { values }, { items }) => {
        if (!(values instanceof Float32Array) || values.length !== items * items)
          throw new Error(`needs ${items} × ${items} numbers`)
        return dense(values, items)
      },
    }),
  },
  solvers: {
    count: solver({
      summary: 'Counts the users that two items share.',
      params: Type.Object({}, closed),
      kind: 'minimises',
      rejects: (_, { graph, trains }) => {
        const matrices = trainedMatrices(graph, trains)
        return matrices.length === 1 && trains.has(matrixName(matrices[0]!.name)) ? undefined : 'needs one matrix'
      },
      async *fit(_, { graph, trains }, program) {
        const [{ name }] = trainedMatrices(graph, trains) as unknown as [{ name: string }]
        const { start, index, values } = program.rows(name)
        const items = program.dataset.items.ids.count
        const counts = new Float32Array(items * items)
        for (let user = 0; user + 1 < start.length; user++)
          for (let a = start[user]!; a < start[user + 1]!; a++)
            for (let b = start[user]!; b < start[user + 1]!; b++)
              if (a !== b) counts[index[a]! * items + index[b]!]! += (values?.[a] ?? 1) * (values?.[b] ?? 1)
        program.setMatrix(name, { values: counts })
        yield { epoch: 1, epochs: 1, step: 1, loss: 0, examples: 1, state: () => ({ numbers: {}, arrays: {} }) }
      },
    }),
  },
}
