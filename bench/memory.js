// The memory estimate of core against what training takes: the growth of the peak (resident set) of a process that
// reads, trains, measures and saves, over the peak of the same document on tiny data:
//
//   node bench/memory.js [--case als …] [--threads 2] [--json]
//
// Fails if an estimate is below .85 or above 1.5 times the growth.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { estimateMemory, train, useBackend } from '@recspec/core'
import { readDataset, sampleRatings } from '@recspec/data'
import { compile } from '@recspec/dsl'
import { openKernels } from '@recspec/kernels'
import { autoencoder } from '@recspec/plugin-autoencoder'
import { imf } from '@recspec/plugin-imf'

const { values: options } = parseArgs({
  options: {
    case: { type: 'string', multiple: true },
    threads: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
    // of a child: the data document that it trains on
    data: { type: 'string' },
  },
})
const [LEAST, MOST] = [0.85, 1.5]
const SIZES = {
  tiny: { users: 40, items: 30, interactions: 300 },
  large: { users: 30_000, items: 6_000, interactions: 300_000 },
  // every step scores all items
  short: { users: 30_000, items: 6_000, interactions: 20_000 },
}

const ids = { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } }
const factors = (dim, more = {}) => ({ p: { input: 'user', dim, ...more }, q: { input: 'item', dim, ...more } })
const ratio = { split: { type: 'ratio', share: 0.1 }, metrics: ['rmse'] }
const ranking = { split: { type: 'ratio', share: 0.1 }, candidates: { type: 'sampled', count: 99 }, metrics: ['hr@10'] }
const stars = { inputs: ['score'], target: 'rating', loss: { type: 'mse' } }
const product = (dim) => ({
  inputs: ids,
  embeddings: factors(dim, { l2: 0.01, init: { type: 'normal', deviation: 0.01 } }),
  ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
})

const cases = {
  als: {
    ...product(256),
    heads: { liked: { inputs: ['score'], loss: { type: 'imf/weighted-squares', unobservedWeight: 0.3 } } },
    solver: { type: 'imf/als', iterations: 1 },
    evaluation: ranking,
  },
  'adam-fused': {
    ...product(256),
    heads: { stars },
    solver: { type: 'adam', learningRate: 0.001, epochs: 1 },
    evaluation: ratio,
  },
  'adam-tfjs': {
    inputs: ids,
    embeddings: factors(256, { l2: 0.01 }),
    ops: { score: { type: 'mlp', inputs: ['p', 'q'], units: [64, 1] } },
    heads: { stars },
    solver: { type: 'adam', learningRate: 0.001, epochs: 1, batchSize: 8192 },
    evaluation: ratio,
  },
  gibbs: {
    inputs: ids,
    embeddings: { ...factors(30), bu: { input: 'user', dim: 1 }, bi: { input: 'item', dim: 1 } },
    ops: {
      match: { type: 'dot', inputs: ['p', 'q'] },
      linear: { type: 'sum', inputs: ['match', 'bu', 'bi'] },
      score: { type: 'bias', inputs: ['linear'], init: 'target-mean' },
    },
    heads: { stars: { ...stars, loss: { type: 'imf/gaussian' } } },
    solver: { type: 'imf/gibbs', samples: 20, burnIn: 1, thin: 1 },
    evaluation: ratio,
  },
  autorec: {
    inputs: {
      rated: {
        ...{ type: 'history', entity: 'user', values: 'rating', center: 'target-mean', dropout: 0.5 },
      },
      item: ids.item,
    },
    embeddings: {
      in: { input: 'rated', dim: 500, combine: 'sum', l2: 0.001 },
      out: { input: 'item', dim: 500, l2: 0.001 },
      b: { input: 'item', dim: 1, init: 'zeros' },
    },
    ops: {
      shifted: { type: 'bias', inputs: ['in'] },
      code: { type: 'activation', inputs: ['shifted'], function: 'sigmoid' },
      match: { type: 'dot', inputs: ['code', 'out'] },
      linear: { type: 'sum', inputs: ['match', 'b'] },
      score: { type: 'bias', inputs: ['linear'], init: 'target-mean', trainable: false },
    },
    heads: { row: { ...stars, loss: { type: 'autoencoder/masked-mse' } } },
    solver: { type: 'adam', learningRate: 0.001, batchSize: 128, epochs: 1 },
    evaluation: ratio,
  },
  sequences: {
    inputs: { met: { type: 'history', entity: 'user', before: 'event', maxLength: 50 }, item: ids.item },
    embeddings: { q: factors(64).q, h: { input: 'met', table: 'q' } },
    ops: {
      read: { type: 'dense', inputs: ['h'], units: 64, activation: 'relu' },
      state: { type: 'pool', inputs: ['read'], by: ['mean'] },
      score: { type: 'dot', inputs: ['state', 'q'] },
    },
    heads: { next: { inputs: ['score'], loss: { type: 'bce', negatives: 1 }, examples: 'sequences' } },
    solver: { type: 'adam', learningRate: 0.001, epochs: 1, batchSize: 1024 },
    evaluation: ranking,
  },
  softmax: {
    ...product(32),
    heads: { liked: { inputs: ['score'], loss: { type: 'softmax' } } },
    solver: { type: 'sgd', learningRate: 0.1, epochs: 1, batchSize: 256 },
    evaluation: ranking,
  },
}

/** What a child does: it reads, trains and saves, and prints the peak of its memory and the estimate, in bytes. */
const measureCase = async (name, data) => {
  const { dataset } = await readDataset(data)
  const graph = compile({ name, text: JSON.stringify({ name, ...cases[name] }) }, [imf, autoencoder])
  const kernels = await openKernels({ threads: Number(options.threads) })
  await useBackend('wasm', kernels)
  const { bytes, parts } = estimateMemory(graph, dataset, { threads: kernels.threads })
  const { model } = await train(graph, dataset, { kernels })
  await model.save()
  await kernels.close()
  console.log(JSON.stringify({ peak: process.resourceUsage().maxRSS * 1024, estimate: bytes, parts }))
}

/** Measures a case in a process of its own. */
const inChild = (name, data) => {
  const args = ['--case', name, '--data', data, '--threads', options.threads]
  const { status, stdout, stderr } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), ...args], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${name}: ${stderr}`)
  return JSON.parse(stdout)
}

const mib = (bytes) => `${Math.round(bytes / 2 ** 20)} MiB`

const print = ({ case: name, estimate, growth, peak, ratio, parts }, fits) => {
  const sums = `estimate ${mib(estimate)}, growth ${mib(growth)}, peak ${mib(peak)}, ratio ${ratio}`
  const [first, second, third] = [...parts].sort((a, b) => b.bytes - a.bytes)
  const largest = [first, second, third].map((part) => `${mib(part.bytes)} ${part.name}`).join(', ')
  console.log(`${name.padEnd(10)} ${sums} (${largest})${fits ? '' : '  OUT OF RANGE'}`)
}

const measureAll = () => {
  const folder = mkdtempSync(join(tmpdir(), 'recspec-memory-'))
  const documents = new Map()
  const documentOf = (size) => {
    if (!documents.has(size)) documents.set(size, sampleRatings(SIZES[size], join(folder, size)).document)
    return documents.get(size)
  }
  try {
    for (const name of options.case ?? Object.keys(cases)) {
      const size = name === 'softmax' ? 'short' : 'large'
      const [base, full] = [inChild(name, documentOf('tiny')), inChild(name, documentOf(size))]
      const growth = full.peak - base.peak
      const ratio = Number((full.estimate / growth).toFixed(2))
      const fits = ratio >= LEAST && ratio <= MOST
      if (!fits) process.exitCode = 1
      const line = { case: name, ...SIZES[size], ...full, growth, ratio, load: Number(loadavg()[0].toFixed(1)) }
      if (options.json) console.log(JSON.stringify(line))
      else print(line, fits)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

if (options.data) await measureCase(options.case[0], options.data)
else measureAll()
