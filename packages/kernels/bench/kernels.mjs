// Seconds of the parallel kernels on data of the size of a million ratings: `node bench/kernels.mjs [dim] [threads]`,
// after a build.
import {
  adagrad,
  adam,
  bpr,
  fusedKernels,
  initialState,
  key,
  logistic,
  mix,
  normal,
  openKernels,
  sgd,
  slots,
} from '@recspec/kernels'

const [dim = 64, threads = 2] = process.argv.slice(2).map(Number)
const [users, items, cells] = [6041, 3707, 1_000_000]
const kernels = await openKernels({ threads })

/** Skewed choices, so that rows are as uneven as they are in life. */
const skewed = (n, draw) => 1 + Math.floor((n - 1) * (mix(1, draw) / 2 ** 32) ** 2)
const pairs = Array.from({ length: cells }, (_, at) => [skewed(users, at), skewed(items, at + cells)])
const sparse = (rows, side) => {
  const start = kernels.int32(rows + 1)
  for (const pair of pairs) start[pair[side] + 1]++
  for (let row = 0; row < rows; row++) start[row + 1] += start[row]
  const next = Int32Array.from(start)
  const index = kernels.int32(cells)
  for (const pair of pairs) index[next[pair[side]]++] = pair[1 - side]
  return { start, index }
}
const table = (rows, width, part) => {
  const values = kernels.float32(rows * width)
  for (let at = width; at < values.length; at++) values[at] = 0.1 * normal(key(part), at)
  return values
}
const best = async (name, work) => {
  let seconds = Infinity
  for (let turn = 0; turn < 3; turn++) {
    const begin = performance.now()
    await work()
    seconds = Math.min(seconds, (performance.now() - begin) / 1e3)
  }
  console.log(`${name.padEnd(24)} ${seconds.toFixed(4)} s`)
}

const [byUser, byItem] = [sparse(users, 0), sparse(items, 1)]
const [x, y] = [table(users, dim, 1), table(items, dim, 2)]
const half = (solved, fixed, side) => ({
  ...{ solved, fixed, dim, ...side, unobserved: 0.1 },
  ...{ weight: kernels.float32(cells).fill(1), target: kernels.float32(cells).fill(1) },
  ridge: kernels.float32(solved.length / dim).fill(1),
})
const [userHalf, itemHalf] = [half(x, y, byUser), half(y, x, byItem)]
await best('gram of users', () => kernels.gram(x, dim))
await best('cholesky, user half', () => kernels.cholesky(userHalf))
await best('cholesky, item half', () => kernels.cholesky(itemHalf))
const weighted = { ...userHalf, weight: userHalf.weight.map((_, at) => 1 + (at % 3)) }
await best('cholesky, weighted', () => kernels.cholesky(weighted))
await best('top 10 of every user', () => kernels.topK(x, y, dim, 10, byUser))

const side = (rows, height, rule) => ({
  ...{ rows, width: dim, segments: [{ from: 0, width: dim, trained: true, l2: 0.001, nu: 1 }] },
  state: [kernels.float32(height * slots(rule, dim)).fill(initialState(rule))],
  counts: new Float32Array(height).fill(1),
})
for (const [name, rule] of Object.entries({ sgd: sgd(), adagrad: adagrad(1e-7, 0.1), adam: adam() })) {
  for (const loss of [logistic, bpr]) {
    const work = {
      ...{ users: side(table(users, dim, 3), users, rule), items: side(table(items, dim, 4), items, rule), offset: 0 },
      ...{ optimizer: rule, rate: 0.02, step: 0, loss, events: byUser },
      ...{ negatives: { count: 1, hard: 1, excludeObserved: true }, readings: { user: 1, item: 1 } },
      ...{ seed: 1, phase: 0, epoch: 0 },
    }
    await best(`epoch, ${loss.name}, ${name}`, () => fusedKernels(kernels).epoch(work))
  }
}
await kernels.close()
