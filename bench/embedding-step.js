// Milliseconds of one training step (an MLP on two embeddings, Adam, batches of 1,024) with 15,000 ids and with
// 1,500,000:
// the cost of a step must not follow the vocabulary.
//
//   node bench/embedding-step.js [--json] [--steps 100] [--dim 64]
import { parseArgs } from 'node:util'
import { idsOf, train, useBackend } from '@recspec/core'
import { compile } from '@recspec/dsl'
import { key, mix, openKernels } from '@recspec/kernels'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    steps: { type: 'string', default: '100' },
    dim: { type: 'string', default: '64' },
    backend: { type: 'string' },
  },
})
const [steps, dim] = [Number(values.steps), Number(values.dim)]
const BATCH = 1024
const EPOCHS = 5

const document = {
  name: 'embedding-step',
  inputs: { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } },
  embeddings: { p: { input: 'user', dim }, q: { input: 'item', dim } },
  ops: {
    deep: { type: 'mlp', inputs: ['p', 'q'], units: [64, 32] },
    score: { type: 'dense', inputs: ['deep'], units: 1 },
  },
  heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
  solver: { type: 'adam', batchSize: BATCH, epochs: EPOCHS },
  evaluation: { split: { type: 'given' }, metrics: ['rmse'] },
}

/** Events of random users and items: every step touches about as many distinct rows, however many there are. */
const dataset = (users, items) => {
  const count = steps * BATCH
  const random = key(1)
  const drawn = (of, stream) => Int32Array.from({ length: count }, (_, row) => mix(mix(random, stream), row) % of)
  const entities = (of) => ({ ids: idsOf(Array.from({ length: of }, (_, id) => String(id))), columns: new Map() })
  return {
    users: entities(users),
    items: entities(items),
    events: {
      count,
      user: drawn(users, 1),
      item: drawn(items, 2),
      columns: new Map([
        ['rating', { kind: 'number', values: Float64Array.from(drawn(5, 3), (rating) => rating + 1) }],
      ]),
    },
    notes: [],
  }
}

/** Milliseconds a step of every epoch but the first. */
const measure = async (users, items) => {
  const graph = compile({ name: 'embedding-step', text: JSON.stringify(document) }, [])
  const kernels = await openKernels({ threads: 1 })
  const seconds = []
  await useBackend(values.backend, kernels)
  await train(graph, dataset(users, items), { kernels, onReport: (report) => seconds.push(report.seconds) })
  await kernels.close()
  return seconds.slice(1).map((now, epoch) => ((now - seconds[epoch]) * 1000) / steps)
}

const backend = await useBackend(values.backend)
const best = { small: Infinity, large: Infinity }
for (let round = 0; round < 2; round++) {
  for (const [name, users, items] of [
    ['small', 10_000, 5_000],
    ['large', 1_000_000, 500_000],
  ]) {
    best[name] = Math.min(best[name], ...(await measure(users, items)))
  }
}
const ratio = best.large / best.small
const line = { small: best.small, large: best.large, ratio, backend, dim, batch: BATCH, steps }
if (values.json) console.log(JSON.stringify(line))
else
  console.log(
    `one step of ${BATCH} examples at dim ${dim} on ${backend}\n  15,000 ids     ${best.small.toFixed(2)} ms\n  1,500,000 ids  ${best.large.toFixed(2)} ms  (${ratio.toFixed(2)} times)`,
  )
