import { defineSpec } from '../../packages/dsl/src/index.js'
import '../../packages/plugin-imf/src/index.js'
import '../../packages/plugin-ncf/src/index.js'

// Documents with one mistake each, under the line that TypeScript must report; `tsc` fails where it reports nothing, or
// another line. `typed.test.ts` counts them.

const inputs = { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } } as const
const embeddings = { p: { input: 'user', dim: 8 }, q: { input: 'item', dim: 8 } } as const
const ops = { score: { type: 'dot', inputs: ['p', 'q'] } } as const
const heads = { liked: { inputs: ['score'], loss: { type: 'bpr' } } } as const
const solver = { type: 'adam' } as const

// nothing is wrong with the rest of them
defineSpec({ inputs, embeddings, ops, heads, solver })

defineSpec({
  inputs: {
    user: { type: 'id', entity: 'user' },
    // @ts-expect-error an unknown input
    item: { type: 'identity', entity: 'item' },
  },
  embeddings,
  ops,
  heads,
  solver,
})

defineSpec({
  inputs: {
    user: { type: 'id', entity: 'user' },
    item: { type: 'id', entity: 'item' },
    // @ts-expect-error a history belongs to a user or an item
    seen: { type: 'history', entity: 'event' },
  },
  embeddings,
  ops,
  heads,
  solver,
})

defineSpec({
  inputs: {
    user: { type: 'id', entity: 'user' },
    item: { type: 'id', entity: 'item' },
    // @ts-expect-error an unknown property of a parameter's choice
    age: { type: 'number', entity: 'user', scale: 'standardized' },
  },
  embeddings,
  ops,
  heads,
  solver,
})

defineSpec({
  inputs,
  embeddings: {
    p: { input: 'user', dim: 8 },
    // @ts-expect-error an unknown input of an embedding
    q: { input: 'itm', dim: 8 },
  },
  ops,
  heads,
  solver,
})

defineSpec({
  inputs,
  embeddings: {
    p: { input: 'user', dim: 8 },
    // @ts-expect-error a table without a width
    q: { input: 'item' },
  },
  ops,
  heads,
  solver,
})

defineSpec({
  inputs,
  embeddings: {
    p: { input: 'user', dim: 8 },
    q: { input: 'item', dim: 8 },
    // @ts-expect-error the width belongs to the table of q
    r: { input: 'item', table: 'q', dim: 8 },
  },
  ops,
  heads,
  solver,
})

defineSpec({
  inputs,
  embeddings,
  ops: {
    // @ts-expect-error an unknown node
    score: { type: 'dot', inputs: ['p', 'r'] },
  },
  heads,
  solver,
})

defineSpec({
  inputs,
  embeddings,
  ops: {
    // @ts-expect-error a dot product of three nodes
    score: { type: 'dot', inputs: ['p', 'q', 'q'] },
  },
  heads,
  solver,
})

defineSpec({
  inputs,
  embeddings,
  ops: {
    // @ts-expect-error a parameter without a default is missing
    score: { type: 'dense', inputs: ['p', 'q'] },
  },
  heads,
  solver,
})

defineSpec({
  inputs,
  embeddings,
  ops: {
    score: {
      type: 'dense',
      inputs: ['p', 'q'],
      units: 1,
      // @ts-expect-error an unknown parameter
      activate: 'relu',
    },
  },
  heads,
  solver,
})

defineSpec({
  inputs,
  embeddings,
  ops: {
    score: {
      type: 'dense',
      inputs: ['p', 'q'],
      // @ts-expect-error a parameter of another type
      units: '1',
    },
  },
  heads,
  solver,
})

defineSpec({
  inputs,
  ops: {
    score: {
      // @ts-expect-error an operator that the plugin does not have
      type: 'ncf/neumff',
      inputs: ['user', 'item'],
    },
  },
  heads,
  solver,
})

defineSpec({
  inputs,
  embeddings,
  ops: {
    // @ts-expect-error a port that reads entries of `inputs`, not embeddings
    score: { type: 'ncf/gmf', inputs: ['p', 'item'] },
  },
  heads,
  solver,
})

defineSpec({
  inputs,
  embeddings,
  ops,
  heads: {
    // @ts-expect-error an unknown node of a head
    liked: { inputs: ['scores'], loss: { type: 'bpr' } },
  },
  solver,
})

defineSpec({
  inputs,
  embeddings,
  ops,
  heads: {
    // @ts-expect-error an unknown loss
    liked: { inputs: ['score'], loss: { type: 'bprr' } },
  },
  solver,
})

defineSpec({
  inputs,
  embeddings,
  ops,
  heads: {
    // @ts-expect-error an unknown sampler of negatives
    liked: { inputs: ['score'], loss: { type: 'bpr', negatives: { count: 4, sampler: 'popular' } } },
  },
  solver,
})

defineSpec({
  inputs,
  embeddings,
  ops,
  heads: {
    liked: {
      inputs: ['score'],
      // @ts-expect-error a sampler with a parameter of another one
      loss: { type: 'bpr', negatives: { count: 4, sampler: { type: 'uniform', power: 1 } } },
    },
  },
  solver,
})

defineSpec({
  inputs,
  embeddings,
  ops,
  heads: {
    stars: {
      inputs: ['score'],
      loss: { type: 'mse' },
      // @ts-expect-error a range has two ends
      target: { column: 'rating', range: [1] },
    },
  },
  solver,
})

defineSpec({
  inputs,
  embeddings,
  ops,
  heads,
  // @ts-expect-error an unknown solver
  solver: { type: 'adamw' },
})

defineSpec({
  inputs,
  embeddings,
  ops,
  heads,
  solver: {
    type: 'adam',
    // @ts-expect-error a schedule that ends nowhere
    learningRate: { type: 'cosine', from: 0.01, epochs: 5 },
  },
})

defineSpec({
  inputs,
  embeddings,
  ops,
  heads,
  solver: {
    type: 'adam',
    // @ts-expect-error early stopping by an unknown metric
    stop: { metric: 'ndgc@10' },
  },
})

defineSpec({
  inputs,
  embeddings,
  ops,
  heads,
  solver: [
    { type: 'imf/als', trains: ['p'] },
    // @ts-expect-error a phase of an unknown head
    { type: 'adam', heads: ['like'] },
  ],
})

defineSpec({
  inputs,
  embeddings,
  ops,
  heads,
  solver: [
    {
      rounds: 3,
      phases: [
        // @ts-expect-error a phase that trains what is not there
        { type: 'adam', trains: ['p', 'r'] },
      ],
    },
  ],
})

defineSpec({
  inputs,
  embeddings,
  ops,
  heads,
  solver,
  // @ts-expect-error an unknown split
  evaluation: { split: { type: 'leave-two-out' } },
})

defineSpec({
  inputs,
  embeddings,
  ops,
  heads,
  solver,
  // @ts-expect-error candidates with an unknown parameter
  evaluation: { candidates: { type: 'sampled', counts: 99 } },
})

defineSpec({
  inputs,
  embeddings,
  ops,
  heads,
  solver,
  // @ts-expect-error a metric of rankings without its length
  evaluation: { metrics: ['ndcg'] },
})

defineSpec({
  inputs,
  embeddings,
  ops,
  heads,
  solver,
  // @ts-expect-error a variant that the metric does not have
  evaluation: { metrics: ['recall@20(rounded)'] },
})

defineSpec({
  inputs,
  embeddings,
  ops,
  heads,
  solver,
  search: {
    strategy: { type: 'random', trials: 9 },
    metric: 'ndcg@10',
    parameters: {
      // @ts-expect-error a pointer to an embedding that is not there
      width: { at: '/embeddings/r/dim', values: [8, 16] },
    },
  },
})

defineSpec({
  inputs,
  embeddings,
  ops,
  heads,
  solver,
  search: {
    // @ts-expect-error an unknown strategy
    strategy: { type: 'gird' },
    metric: 'ndcg@10',
    parameters: { epochs: { at: '/solver/epochs', values: [3, 10] } },
  },
})

defineSpec({
  inputs,
  embeddings,
  ops,
  heads,
  solver,
  // @ts-expect-error an unknown section
  metrics: ['ndcg@10'],
})
