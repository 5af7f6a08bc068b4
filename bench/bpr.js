// Seconds per epoch of matrix factorisation by BPR on a matrix of peers' format, with the built kernels: every entry
// against one uniform negative that its user does not have, one triplet a step.
//
//   node bench/bpr.js --matrix FILE.bin --dim 64 --threads 2 [--rule sgd|adagrad] [--epochs 4] --json
//
// `digest` is that of the factors after the last epoch: the same on any number of threads.
import { createHash } from 'node:crypto'
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { adagrad, bpr, fusedKernels, initialState, key, normal, openKernels, sgd, slots } from '@recspec/kernels'
import { print, readMatrix, short } from './matrix.js'

const { values: options } = parseArgs({
  options: {
    matrix: { type: 'string' },
    dim: { type: 'string', default: '64' },
    threads: { type: 'string', default: '2' },
    rule: { type: 'string', default: 'sgd' },
    epochs: { type: 'string', default: '4' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})
if (!options.matrix) throw new Error('needs --matrix FILE.bin')
const [dim, threads, epochs, seed] = [options.dim, options.threads, options.epochs, options.seed].map(Number)
const rules = { adagrad: [adagrad(1e-8, 1e-4), 0.05], sgd: [sgd(), 0.05] }
if (!rules[options.rule]) throw new Error(`unknown rule "${options.rule}": ${Object.keys(rules).join(', ')}`)
const [rule, rate] = rules[options.rule]

const kernels = await openKernels({ threads })
const { users, items, cells, byUser } = readMatrix(options.matrix, kernels)

// row 0 of a table is nobody
const width = Math.ceil(dim / 4) * 4
const side = (count, part) => {
  const rows = kernels.float32((count + 1) * width)
  for (let row = 1; row <= count; row++)
    for (let z = 0; z < dim; z++) rows[row * width + z] = 0.1 * normal(key(seed, part), row * dim + z)
  const state = kernels.float32((count + 1) * slots(rule, dim)).fill(initialState(rule))
  const segments = [{ from: 0, width: dim, trained: true, l2: 0.0025, nu: 1 }]
  return { rows, width, segments, state: [state], counts: kernels.float32(count + 1) }
}
const work = { users: side(users, 1), items: side(items, 2) }
const start = kernels.int32(users + 2)
start.set(byUser.start, 1)
const index = byUser.index.map((item) => item + 1)
const events = { start, index: kernels.int32(cells) }
events.index.set(index)

const seconds = []
const cpu = []
const losses = []
for (let epoch = 1; epoch <= epochs; epoch++) {
  const busy = process.cpuUsage()
  const begin = performance.now()
  const loss = await fusedKernels(kernels).epoch({
    ...work,
    ...{ offset: 0, optimizer: rule, rate, loss: bpr, readings: { user: 1, item: 1 }, events, seed, phase: 0, epoch },
    negatives: { count: 1, hard: 1, excludeObserved: true },
    step: (epoch - 1) * cells,
  })
  seconds.push((performance.now() - begin) / 1e3)
  const { user, system } = process.cpuUsage(busy)
  cpu.push((user + system) / 1e6)
  losses.push(loss / cells)
}
await kernels.close()

const digest = createHash('sha256')
for (const { rows } of [work.users, work.items]) digest.update(new Uint8Array(Float32Array.from(rows).buffer))
const best = Math.min(...seconds)
print(
  {
    peer: 'recspec',
    task: `bpr-${options.rule}`,
    size: { users, items, nnz: cells, dim },
    threads,
    seconds_per_iteration: short(best),
    seconds_median: short([...seconds].sort((a, b) => a - b)[Math.floor(epochs / 2)]),
    // of all threads: over `threads` it is what a quiet machine would take
    cpu_seconds: short(Math.min(...cpu)),
    million_pairs_per_second: short((2 * cells) / best / 1e6),
    epochs,
    loss: losses.map((value) => Number(value.toPrecision(7))),
    digest: digest.digest('hex').slice(0, 16),
    load: Number(loadavg()[0].toFixed(1)),
  },
  options.json,
)
