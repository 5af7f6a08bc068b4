// Seconds per iteration of implicit ALS on a matrix of peers' format, and the objective, with the built kernels:
//
//   node bench/als.js --matrix FILE.bin --factors 64 --threads 2 [--method cg|exact|blocks] [--iterations 5] [--steps 3] --json
//
// The objective is Σ_S (ŷ − 1)² + α0 Σ_all ŷ² + λ (Σ_u (n_u + α0 I) |x_u|² + Σ_i (n_i + α0 U) |y_i|²) (Rendle et al.,
// 2022).
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { key, normal, openKernels } from '@recspec/kernels'
import { print, readMatrix, short } from './matrix.js'

const { values: options } = parseArgs({
  options: {
    matrix: { type: 'string' },
    factors: { type: 'string', default: '64' },
    threads: { type: 'string', default: '2' },
    method: { type: 'string', default: 'cg' },
    steps: { type: 'string', default: '3' },
    size: { type: 'string', default: '64' },
    iterations: { type: 'string', default: '5' },
    lambda: { type: 'string', default: '0.003' },
    unobserved: { type: 'string', default: '0.1' },
    seed: { type: 'string', default: '1' },
    verbose: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})
if (!options.matrix) throw new Error('needs --matrix FILE.bin')
const [dim, threads, steps, size, iterations, lambda, unobserved, seed] = [
  ...[options.factors, options.threads, options.steps, options.size, options.iterations].map(Number),
  ...[options.lambda, options.unobserved, options.seed].map(Number),
]
const methods = { cg: { name: 'cg', steps }, exact: { name: 'exact' }, blocks: { name: 'blocks', size } }
const method = methods[options.method]
if (!method) throw new Error(`unknown method "${options.method}": ${Object.keys(methods).join(', ')}`)

const kernels = await openKernels({ threads })
const { users, items, cells, byUser, byItem } = readMatrix(options.matrix, kernels)
const weight = kernels.float32(cells).fill(1 + unobserved)
const target = kernels.float32(cells).fill(1 / (1 + unobserved))
const side = ({ start, index }, rows, columns, part) => {
  const table = kernels.float32(rows * dim)
  for (let at = 0; at < table.length; at++) table[at] = (0.1 / Math.sqrt(dim)) * normal(key(seed, part), at)
  const ridge = kernels.float32(rows)
  for (let row = 0; row < rows; row++) ridge[row] = lambda * (start[row + 1] - start[row] + unobserved * columns)
  return { start, index, table, ridge }
}
const user = side(byUser, users, items, 1)
const item = side(byItem, items, users, 2)
const half = (mine, other) => ({
  ...{ solved: mine.table, fixed: other.table, dim, start: mine.start, index: mine.index },
  ...{ weight, target, unobserved, ridge: mine.ridge },
})
const halves = [half(user, item), half(item, user)]

const objective = async () => {
  const [x, y] = [user.table, item.table]
  let sum = 0
  for (let row = 0; row < users; row++) {
    for (let cell = user.start[row]; cell < user.start[row + 1]; cell++) {
      const [from, to] = [row * dim, user.index[cell] * dim]
      let score = 0
      for (let z = 0; z < dim; z++) score += x[from + z] * y[to + z]
      sum += (score - 1) ** 2
    }
  }
  const [mine, theirs] = [await kernels.gram(x, dim), await kernels.gram(y, dim)]
  for (let at = 0; at < mine.length; at++) sum += unobserved * mine[at] * theirs[at]
  for (const { table, ridge } of [user, item]) {
    for (let at = 0; at < table.length; at++) sum += ridge[Math.floor(at / dim)] * table[at] ** 2
  }
  return sum
}

const seconds = []
const cpu = []
const parts = []
const objectives = []
let jittered = 0
let kept = 0
for (let iteration = 0; iteration < iterations; iteration++) {
  const times = []
  const busy = process.cpuUsage()
  for (const each of halves) {
    const begin = performance.now()
    const solved = await kernels.leastSquares(each, method)
    times.push((performance.now() - begin) / 1e3)
    jittered += solved.jittered
    kept += solved.kept
  }
  const { user: worked, system } = process.cpuUsage(busy)
  cpu.push((worked + system) / 1e6)
  parts.push(times)
  seconds.push(times[0] + times[1])
  objectives.push(await objective())
  if (options.verbose) console.error(times.map((time) => time.toFixed(3)).join(' + '), cpu.at(-1), objectives.at(-1))
}
await kernels.close()

const best = seconds.indexOf(Math.min(...seconds))
const line = {
  peer: 'recspec',
  task: `als-${options.method}${options.method === 'cg' ? steps : ''}`,
  size: { users, items, nnz: cells, dim },
  threads,
  seconds_per_iteration: short(seconds[best]),
  seconds_median: short([...seconds].sort((a, b) => a - b)[Math.floor(iterations / 2)]),
  // of all threads: over `threads` it is what a quiet machine would take
  cpu_seconds: short(Math.min(...cpu)),
  users: short(parts[best][0]),
  items: short(parts[best][1]),
  iterations,
  objective: objectives.map((value) => Number(value.toPrecision(7))),
  ...{ lambda, unobserved, jittered, kept },
  load: Number(loadavg()[0].toFixed(1)),
}
print(line, options.json)
