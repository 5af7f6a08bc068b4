// Training speed of documents beyond factorisation, on every backend of this machine:
//
//   node bench/deep.js [--data bench/data/ml-1m.json] [--task title-lstm --task two-tower --task sasrec]
//                      [--batch 256 --batch 1024] [--backend wasm] [--steps 200] [--threads 2] --json
//
//   title-lstm   a dot product, biases and an LSTM over the title (16 words of 32 numbers, 16 units), squared error
//   two-tower    towers [128, 64] over the user (id, gender, age, occupation) and the item (id, genres, year), softmax
//                among the positives of the batch
//   sasrec       Kang and McAuley (2018): 64 numbers, 2 blocks, 1 head, 50 events, one negative a position, batches of
//                sequences
//
// A unit is an event, or a training target of a sequence. Everything from one step to the next is inside, drawing
// included. units_per_second is of all steps after a fifth of them for the engine to warm up, units_per_second_quiet of
// the quickest tenth, which says more where other programs run.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { backends, train, useBackend } from '@recspec/core'
import { readDataset } from '@recspec/data'
import { compile } from '@recspec/dsl'
import { openKernels } from '@recspec/kernels'
import { text } from '@recspec/plugin-text'

const TASKS = ['title-lstm', 'two-tower', 'sasrec']
const { values: options } = parseArgs({
  options: {
    data: { type: 'string', default: fileURLToPath(new URL('data/ml-1m.json', import.meta.url)) },
    task: { type: 'string', multiple: true, default: TASKS },
    batch: { type: 'string', multiple: true },
    backend: { type: 'string', multiple: true },
    steps: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '30' },
    threads: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
})
const [steps, seconds, threads] = [options.steps, options.seconds, options.threads].map(Number)
const LENGTH = 50

const ids = { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } }
const documents = {
  'title-lstm': {
    inputs: { ...ids, title: { type: 'text/tokens', entity: 'item', maxLength: 16 } },
    embeddings: {
      p: { input: 'user', dim: 32 },
      q: { input: 'item', dim: 32 },
      b: { input: 'user', dim: 1 },
      c: { input: 'item', dim: 1 },
    },
    ops: {
      match: { type: 'dot', inputs: ['p', 'q'] },
      known: { type: 'sum', inputs: ['match', 'b', 'c'] },
      words: { type: 'text/lstm', inputs: ['title'], dim: 32, units: 16 },
      told: { type: 'dense', inputs: ['words'], units: 1, activation: 'relu' },
      both: { type: 'concat', inputs: ['known', 'told'] },
      score: { type: 'dense', inputs: ['both'], units: 1 },
    },
    heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
  },
  'two-tower': {
    inputs: {
      ...ids,
      gender: { type: 'category', entity: 'user' },
      age: { type: 'category', entity: 'user' },
      occupation: { type: 'category', entity: 'user' },
      genres: { type: 'categories', entity: 'item', separator: '|' },
      period: { type: 'category', entity: 'item' },
    },
    embeddings: {
      p: { input: 'user', dim: 64 },
      q: { input: 'item', dim: 64 },
      g: { input: 'gender', dim: 8 },
      a: { input: 'age', dim: 8 },
      o: { input: 'occupation', dim: 8 },
      k: { input: 'genres', dim: 16, combine: 'sum' },
      y: { input: 'period', dim: 8 },
    },
    ops: {
      up: { type: 'dense', inputs: ['p', 'g', 'a', 'o'], units: 128, activation: 'relu' },
      left: { type: 'dense', inputs: ['up'], units: 64 },
      down: { type: 'dense', inputs: ['q', 'k', 'y'], units: 128, activation: 'relu' },
      right: { type: 'dense', inputs: ['down'], units: 64 },
      score: { type: 'dot', inputs: ['left', 'right'] },
    },
    heads: {
      liked: {
        inputs: ['score'],
        loss: { type: 'softmax', temperature: 0.1, negatives: { sampler: 'in-batch', exclude: 'none' } },
      },
    },
  },
  sasrec: {
    inputs: { item: ids.item, session: { type: 'history', entity: 'user', before: 'event', maxLength: LENGTH } },
    embeddings: { q: { input: 'item', dim: 64 }, h: { input: 'session', table: 'q' } },
    ops: {
      placed: { type: 'position', inputs: ['h'] },
      seen: { type: 'dropout', inputs: ['placed'], rate: 0.2 },
      read: { type: 'attention', inputs: ['seen'], blocks: 2, heads: 1, causal: true, dropout: 0.2 },
      state: { type: 'pool', inputs: ['read'], by: ['last'] },
      score: { type: 'dot', inputs: ['state', 'q'] },
    },
    heads: { next: { inputs: ['score'], examples: 'sequences', loss: { type: 'bce', negatives: 1 } } },
  },
}
const batches = { sasrec: [128] }

/**
 * The five years of each film, from the end of its title, which no document can say yet; and rows for times, which this
 * data has not.
 */
const completed = (dataset) => {
  const { columns, ids: names } = dataset.items
  const { values, codes } = columns.get('title')
  const years = values.map((title) => /\((\d{4})\)$/.exec(title.trim())?.[1])
  const known = [...new Set(years.map((year) => (year ? `${Math.floor((year - 1919) / 5)}` : '')))]
  const period = {
    kind: 'text',
    values: known,
    codes: Int32Array.from({ length: names.count }, (_, item) => {
      const year = years[codes[item]]
      return known.indexOf(year ? `${Math.floor((year - 1919) / 5)}` : '')
    }),
  }
  const time = Float64Array.from({ length: dataset.events.count }, (_, row) => row)
  return {
    ...dataset,
    events: { time, ...dataset.events },
    items: { ...dataset.items, columns: new Map([...columns, ['period', period]]) },
  }
}

/** Updates that a step ends with: one a table and one a trained weight. */
const updatesOf = (graph) =>
  [...graph.nodes.values()].reduce(
    (sum, node) =>
      sum +
      (node.kind === 'op' ? Object.values(node.weights).filter(({ trainable }) => trainable !== false).length : 0),
    graph.tables.size,
  )

/** Milliseconds of each step without the first fifth: so many steps, or as many as the seconds allow. */
const run = async (graph, dataset, kernels) => {
  const stop = new AbortController()
  const ends = []
  const each = updatesOf(graph)
  let updates = 0
  const update = (...args) => {
    kernels.update(...args)
    if (++updates % each !== 0) return
    ends.push(performance.now())
    if (ends.length > steps * 1.25 || ends.at(-1) - ends[0] > seconds * 1000) stop.abort()
  }
  await train(graph, dataset, { kernels: { ...kernels, update }, signal: stop.signal })
  const times = ends.slice(1).map((end, step) => end - ends[step])
  return times.slice(Math.floor(times.length / 5))
}

/** Targets of a step on average: an event each, but for sequences those of all pieces. */
const unitsOf = (task, batch, dataset) => {
  if (task !== 'sasrec') return batch
  const counts = new Int32Array(dataset.users.ids.count)
  for (const user of dataset.events.user) counts[user]++
  const pieces = counts.reduce((sum, count) => sum + (count > 0 ? Math.max(1, Math.ceil((count - 1) / LENGTH)) : 0), 0)
  return (dataset.events.count / pieces) * batch
}

const tensorflow = fileURLToPath(new URL('../.tensorflow/index.cjs', import.meta.url))
if (existsSync(tensorflow) && options.backend?.includes('tensorflow') !== false) {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
  const { warn } = console
  // two copies of tfjs-core share one engine on purpose, and say so for every kernel
  console.warn = () => {}
  createRequire(import.meta.url)(tensorflow)
  console.warn = warn
}

const { dataset: read } = await readDataset(options.data)
const dataset = completed(read)
const kernels = await openKernels({ threads })
for (const backend of options.backend ?? backends().filter((name) => name !== 'cpu')) {
  await useBackend(backend, kernels)
  for (const task of options.task)
    for (const batch of options.batch?.map(Number) ?? batches[task] ?? [256, 1024]) {
      const document = {
        name: task,
        ...documents[task],
        solver: { type: 'adam', learningRate: 0.001, epochs: 1000, batchSize: batch },
        evaluation: { split: { type: 'given' }, metrics: task === 'title-lstm' ? ['rmse'] : ['hr@10'] },
      }
      const graph = compile({ name: task, text: JSON.stringify(document) }, [text])
      const times = (await run(graph, dataset, kernels)).sort((a, b) => a - b)
      const units = unitsOf(task, batch, dataset)
      const mean = times.reduce((sum, time) => sum + time, 0) / times.length
      const quiet = times[Math.floor(times.length / 10)]
      const line = {
        ...{ peer: 'recspec', task, batch, backend, threads },
        milliseconds_per_step: Number(mean.toPrecision(4)),
        milliseconds_per_step_quiet: Number(quiet.toPrecision(4)),
        units_per_second: Math.round((units / mean) * 1000),
        units_per_second_quiet: Math.round((units / quiet) * 1000),
        load: Number(loadavg()[0].toFixed(1)),
      }
      if (options.json) console.log(JSON.stringify(line))
      else
        console.log(
          `${backend.padEnd(10)} ${task.padEnd(10)} batch ${batch}  ${line.units_per_second} units/s, ${line.units_per_second_quiet} in its quickest tenth`,
        )
    }
}
await kernels.close()
