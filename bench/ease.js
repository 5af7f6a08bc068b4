// Seconds to compute EASE on a matrix of peers' format, by the built kernels:
//
//   node bench/ease.js --matrix FILE.bin [--l2 500] [--threads 2] [--json]
//
// The same parts as numpy_ease.py of the peers: the Gram matrix, its inverse, the weights.
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { matrixKernels, openKernels, sweepBlocks } from '@recspec/kernels'
import { print, readMatrix, short } from './matrix.js'

const { values: options } = parseArgs({
  options: {
    matrix: { type: 'string' },
    l2: { type: 'string', default: '500' },
    threads: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
  },
})
if (!options.matrix) throw new Error('needs --matrix FILE.bin')
const [l2, threads] = [options.l2, options.threads].map(Number)

const kernels = await openKernels({ threads })
const matrices = matrixKernels(kernels)
const { users, items, cells, byUser, byItem } = readMatrix(options.matrix, kernels)
const dense = kernels.float32(items * items)
const clock = [performance.now()]
const busy = [process.cpuUsage()]
const lap = () => {
  clock.push(performance.now())
  busy.push(process.cpuUsage())
}

for (let from = 0; from < items; from += 2048)
  matrices.gramRows({ byRow: byUser, byColumn: byItem }, from, Math.min(items, from + 2048), dense)
for (let item = 0; item < items; item++) dense[item * (items + 1)] += l2
lap()
for (let block = 0; block < sweepBlocks(items); block++)
  if (!matrices.sweepBlock(dense, items, block)) throw new Error('not positive definite: l2 is too small')
lap()
const factors = new Float32Array(items)
let objective = 0
for (let item = 0; item < items; item++) {
  factors[item] = -1 / dense[item * (items + 1)]
  objective += factors[item] - l2
}
matrices.scaleSymmetric(dense, factors)
for (let item = 0; item < items; item++) dense[item * (items + 1)] = 0
lap()
await kernels.close()

const [gram, inverse, weights] = [0, 1, 2].map((part) => (clock[part + 1] - clock[part]) / 1e3)
const cpu = (part) => (busy[part + 1].user + busy[part + 1].system - busy[part].user - busy[part].system) / 1e6
print(
  {
    peer: 'recspec',
    task: 'ease',
    size: { users, items, nnz: cells, l2 },
    threads,
    seconds_per_iteration: short(gram + inverse + weights),
    seconds_gram: short(gram),
    seconds_inverse: short(inverse),
    seconds_weights: short(weights),
    // of all threads: over `threads` it is what a quiet machine would take
    cpu_seconds: [0, 1, 2].map((part) => short(cpu(part))),
    gflops_inverse: short(items ** 3 / inverse / 1e9),
    objective: Number(objective.toPrecision(7)),
    peak_megabytes: Math.round(process.resourceUsage().maxRSS / 1024),
    load: Number(loadavg()[0].toFixed(1)),
  },
  options.json,
)
