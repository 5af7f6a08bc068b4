// Seconds of an epoch of Mult-DAE (Liang et al., 2018) on a matrix file of the peers, and the peak memory of the
// process:
//
//   node bench/autoencoder.js --matrix FILE.bin [--hidden 200] [--batch 500] [--steps 20] [--threads 2] --json
//
// A history with dropout .5 is an embedding bag, tanh, and a softmax over all items; Adam at .001. Everything from one
// step to the next is inside. seconds_per_epoch is the median step times the steps of an epoch, _quiet of the quickest.
// processor_seconds_per_epoch is what all threads spent, waiting for each other included.
// The peer is ../shared/peers/torch_dae.py: `--optimizer adam-fused`, which takes its quickest step.
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { train, useBackend } from '@recspec/core'
import { compile } from '@recspec/dsl'
import { openKernels } from '@recspec/kernels'
import { autoencoder } from '@recspec/plugin-autoencoder'
import { print, readMatrix, short } from './matrix.js'

const { values: options } = parseArgs({
  options: {
    matrix: { type: 'string' },
    hidden: { type: 'string', default: '200' },
    batch: { type: 'string', default: '500' },
    steps: { type: 'string', default: '20' },
    threads: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
})
const [hidden, batch, steps, threads] = [options.hidden, options.batch, options.steps, options.threads].map(Number)
const kernels = await openKernels({ threads })
await useBackend('wasm', kernels)

/** Ids 0 … count − 1. */
const numbered = (count) => ({
  ids: { count, at: (index) => String(index), indexOf: (id) => Number(id) },
  columns: new Map(),
})
const { users, items, cells, start, item } = (() => {
  const { users, items, cells, byUser } = readMatrix(options.matrix, { int32: (length) => new Int32Array(length) })
  return { users, items, cells, start: byUser.start, item: byUser.index }
})()
const user = new Int32Array(cells)
for (let one = 0; one < users; one++) user.fill(one, start[one], start[one + 1])
const dataset = {
  notes: [],
  users: numbered(users),
  items: numbered(items),
  events: { count: cells, user, item, columns: new Map() },
}

const document = {
  name: 'mult-dae',
  inputs: {
    seen: { type: 'history', entity: 'user', normalize: 'l2', dropout: 0.5 },
    item: { type: 'id', entity: 'item' },
  },
  embeddings: {
    in: { input: 'seen', dim: hidden, combine: 'sum' },
    out: { input: 'item', dim: hidden },
    b: { input: 'item', dim: 1, init: 'zeros' },
  },
  ops: {
    shifted: { type: 'bias', inputs: ['in'] },
    code: { type: 'activation', inputs: ['shifted'], function: 'tanh' },
    match: { type: 'dot', inputs: ['code', 'out'] },
    score: { type: 'sum', inputs: ['match', 'b'] },
  },
  heads: { row: { inputs: ['score'], loss: { type: 'autoencoder/multinomial' } } },
  solver: { type: 'adam', learningRate: 0.001, epochs: 1000, batchSize: batch },
  evaluation: { split: { type: 'given' }, metrics: ['recall@20'] },
}

/** Tables and weights that a step updates: in, out, b and the bias. */
const UPDATES = 4
const stop = new AbortController()
const ends = []
const spent = []
let updates = 0
const update = (...args) => {
  kernels.update(...args)
  if (++updates % UPDATES !== 0) return
  ends.push(performance.now())
  spent.push(process.cpuUsage())
  if (ends.length > steps + 5) stop.abort()
}
const graph = compile({ name: 'mult-dae', text: JSON.stringify(document) }, [autoencoder])
await train(graph, dataset, { kernels: { ...kernels, update }, signal: stop.signal })
const times = ends
  .slice(1)
  .map((end, step) => end - ends[step])
  .slice(5)
  .sort((a, b) => a - b)
const seconds = ({ user, system }) => (user + system) / 1e6
const processor = (seconds(spent.at(-1)) - seconds(spent[5])) / (spent.length - 6)
const perEpoch = Math.ceil(users / batch)
print(
  {
    ...{ peer: 'recspec', task: 'mult-dae', size: { users, items, cells, hidden }, batch, threads },
    seconds_per_epoch: short((times[Math.floor(times.length / 2)] * perEpoch) / 1000),
    seconds_per_epoch_quiet: short((times[0] * perEpoch) / 1000),
    milliseconds_per_step: short(times[Math.floor(times.length / 2)]),
    processor_seconds_per_epoch: short(processor * perEpoch),
    peak_memory_bytes: process.resourceUsage().maxRSS * 1024,
    load: short(loadavg()[0]),
  },
  options.json,
)
await kernels.close()
