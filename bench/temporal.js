// What reading the past is worth: each user's newest fifth of MovieLens 100k is held out, nothing later than an
// example's own event is read, and every film that the user has not rated is ranked.
//
//   node bench/temporal.js [--data bench/data/ml-100k.json] [--document two-tower] [--set /solver/epochs=5]
//                          [--seed 0] [--threads 2] [--json]
//
//   bpr        matrix factorization by Bayesian personalized ranking: ids alone
//   two-tower  towers over what is known of users and films, and the films watched before
//   sasrec     attention over the films watched before
//
// Popularity counts all training events, recent popularity the newest tenth of them. Settings were chosen on the newest
// fifth of the training events of each user, which also stop training.
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { train, useBackend } from '@recspec/core'
import { readDataset } from '@recspec/data'
import { compile } from '@recspec/dsl'
import { openKernels } from '@recspec/kernels'

const GENRES =
  'action adventure animation children comedy crime documentary drama fantasy noir horror musical mystery romance scifi thriller war western'
const ids = { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } }
const watched = { type: 'history', entity: 'user', before: 'event', maxLength: 50 }
const evaluation = {
  split: { type: 'temporal', share: 0.2, per: 'user' },
  metrics: ['ndcg@10', 'recall@10', 'hr@10'],
}
const stop = { metric: 'ndcg@10', patience: 5 }

const documents = {
  bpr: {
    inputs: ids,
    embeddings: {
      p: { input: 'user', dim: 64, l2: 0.02 },
      q: { input: 'item', dim: 64, l2: 0.02 },
      b: { input: 'item', dim: 1, init: 'zeros' },
    },
    ops: { match: { type: 'dot', inputs: ['p', 'q'] }, score: { type: 'sum', inputs: ['match', 'b'] } },
    heads: { liked: { inputs: ['score'], loss: { type: 'bpr', negatives: 4 } } },
    solver: { type: 'adagrad', learningRate: 0.05, epochs: 60, stop },
  },
  'two-tower': {
    inputs: {
      gender: { type: 'category', entity: 'user' },
      age: { type: 'bucket', entity: 'user', count: 8 },
      occupation: { type: 'category', entity: 'user' },
      watched,
      item: { type: 'id', entity: 'item' },
      genres: { type: 'flags', entity: 'item', columns: GENRES.split(' ') },
      year: { type: 'bucket', entity: 'item', count: 10 },
    },
    embeddings: {
      s: { input: 'gender', dim: 4 },
      a: { input: 'age', dim: 8 },
      o: { input: 'occupation', dim: 8 },
      q: { input: 'item', dim: 64, init: { type: 'normal', deviation: 0.05 } },
      h: { input: 'watched', table: 'q' },
      g: { input: 'genres', dim: 16, combine: 'mean' },
      y: { input: 'year', dim: 8 },
    },
    ops: {
      past: { type: 'pool', inputs: ['h'], by: ['mean', 'last'] },
      viewer: { type: 'mlp', inputs: ['s', 'a', 'o', 'past'], units: [128, 64], activation: 'relu', last: 'linear' },
      film: { type: 'mlp', inputs: ['q', 'g', 'y'], units: [128, 64], activation: 'relu', last: 'linear' },
      score: { type: 'dot', inputs: ['viewer', 'film'] },
    },
    heads: { next: { inputs: ['score'], loss: { type: 'softmax' }, examples: 'sequences' } },
    solver: { type: 'adam', learningRate: 0.001, batchSize: 32, epochs: 40, stop },
  },
  sasrec: {
    inputs: { watched, item: ids.item },
    embeddings: {
      q: { input: 'item', dim: 64, init: { type: 'normal', deviation: 0.05 } },
      h: { input: 'watched', table: 'q' },
    },
    ops: {
      placed: { type: 'position', inputs: ['h'] },
      noisy: { type: 'dropout', inputs: ['placed'], rate: 0.3 },
      read: { type: 'attention', inputs: ['noisy'], blocks: 2, causal: true, dropout: 0.3 },
      state: { type: 'pool', inputs: ['read'], by: ['last'] },
      score: { type: 'dot', inputs: ['state', 'q'] },
    },
    heads: { next: { inputs: ['score'], loss: { type: 'softmax' }, examples: 'sequences' } },
    solver: { type: 'adam', learningRate: 0.001, batchSize: 32, epochs: 30, stop },
  },
}

const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: fileURLToPath(new URL('data/ml-100k.json', import.meta.url)) },
    document: { type: 'string', multiple: true, default: Object.keys(documents) },
    set: { type: 'string', multiple: true, default: [] },
    seed: { type: 'string', default: '0' },
    threads: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
})

/** A document with the values of --set. */
const changed = (document) => {
  const copy = structuredClone(document)
  for (const one of options.set) {
    const at = one.indexOf('=')
    const path = one.slice(1, at).split('/')
    const last = path.pop()
    path.reduce((found, name) => found[name], copy)[last] = JSON.parse(one.slice(at + 1))
  }
  return copy
}

const kernels = await openKernels({ threads: Number(options.threads) })
await useBackend('wasm', kernels)
const { dataset } = await readDataset(options.data)
const rows = []
for (const name of options.document) {
  const document = changed({ recspec: 1, name, ...documents[name], evaluation })
  const graph = compile({ name, text: JSON.stringify(document) }, [])
  const validation = []
  const {
    evaluation: measured,
    seconds,
    outcomes,
  } = await train(graph, dataset, {
    kernels,
    seed: Number(options.seed),
    onReport: ({ metrics }) => metrics && validation.push(metrics['ndcg@10']),
  })
  if (rows.length === 0)
    rows.push({ name: 'popularity', ...measured.baseline }, { name: 'recent popularity', ...measured.recent })
  const best = outcomes.at(-1).best
  rows.push({
    name,
    ...measured.metrics,
    validation: Math.max(...validation),
    epochs: best,
    seconds,
    protocol: measured.protocol,
  })
  if (options.json) console.log(JSON.stringify(rows.at(-1)))
}
kernels.close()

const shown = (value) => (value === undefined ? '' : value.toFixed(4)).padStart(10)
const [{ protocol }] = rows.slice(-1)
console.log(
  `${protocol.padEnd(28)}${evaluation.metrics.map((name) => name.padStart(10)).join('')}${'validation'.padStart(12)}${'epochs'.padStart(8)}${'seconds'.padStart(9)}`,
)
for (const row of rows)
  console.log(
    `${row.name.padEnd(28)}${evaluation.metrics.map((name) => shown(row[name])).join('')}${shown(row.validation).padStart(12)}${String(row.epochs ?? '').padStart(8)}${(row.seconds?.toFixed(1) ?? '').padStart(9)}`,
  )
