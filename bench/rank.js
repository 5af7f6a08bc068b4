// Seconds to rank every item for many users, by the built kernels:
//
//   node bench/rank.js --users 10000 --items 20108 --dim 64 --k 100 [--threads 2] [--peer] [--json]
//
// With --peer it runs rank.py too (numpy's product and argpartition on the same vectors), alternating with it, and
// gives the ratio. Vectors are normal, from a fixed seed.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { key, normal, openKernels } from '@recspec/kernels'

const { values: options } = parseArgs({
  options: {
    users: { type: 'string', default: '10000' },
    items: { type: 'string', default: '20108' },
    dim: { type: 'string', default: '64' },
    k: { type: 'string', default: '100' },
    threads: { type: 'string', default: '2' },
    repeats: { type: 'string', default: '5' },
    peer: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})
const [users, items, dim, k, threads, repeats] = ['users', 'items', 'dim', 'k', 'threads', 'repeats'].map((name) =>
  Number(options[name]),
)

const kernels = await openKernels({ threads })
const vectors = (count, stream) => {
  const values = kernels.float32(count * dim)
  for (let place = 0; place < values.length; place++) values[place] = normal(key(stream), place)
  return values
}
const [queries, rows] = [vectors(users, 1), vectors(items, 2)]

/** The best items of all users, and how long it took. */
const rank = async () => {
  const start = performance.now()
  const { rows: best } = await kernels.topK(queries, rows, dim, k)
  return { best, seconds: (performance.now() - start) / 1e3 }
}

const folder = options.peer ? mkdtempSync(join(tmpdir(), 'recspec-rank-')) : undefined
if (folder) {
  writeFileSync(join(folder, 'users.bin'), queries)
  writeFileSync(join(folder, 'items.bin'), rows)
}
const runPeer = () => {
  const script = fileURLToPath(new URL('./rank.py', import.meta.url))
  const sizes = [users, items, dim, k, threads].map(String)
  const { stdout, stderr, status } = spawnSync('python3', [script, folder, ...sizes], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`rank.py failed: ${stderr}`)
  return JSON.parse(stdout)
}

const [ours, peers] = [[], []]
let best
for (let turn = 0; turn < repeats; turn++) {
  const found = await rank()
  best = found.best
  ours.push(found.seconds)
  if (folder) peers.push(runPeer())
}
const seconds = Math.min(...ours)
const peerSeconds = peers.length > 0 ? Math.min(...peers.map((peer) => peer.seconds)) : undefined
/** Share of the lists that the peer gives too; ties and rounding may differ. */
const overlap = () => {
  const [first] = peers
  let shared = 0
  for (const [user, list] of first.lists.entries()) {
    const own = new Set(best.subarray(user * k, (user + 1) * k))
    shared += list.filter((item) => own.has(item)).length
  }
  return shared / (first.lists.length * k)
}
const found = {
  peer: 'recspec',
  task: 'rank',
  size: { users, items, dim, k },
  threads,
  seconds,
  all_seconds: ours,
  ...(peerSeconds === undefined
    ? {}
    : { numpy_seconds: peerSeconds, ratio: seconds / peerSeconds, overlap: overlap() }),
  load: loadavg()[0],
}
await kernels.close()
if (folder) rmSync(folder, { recursive: true })
if (options.json) console.log(JSON.stringify(found))
else {
  console.log(
    `${users} users, ${items} items of ${dim} numbers, the best ${k}: ${seconds.toFixed(3)} s on ${threads} threads`,
  )
  if (peerSeconds !== undefined)
    console.log(`numpy ${peerSeconds.toFixed(3)} s, the ratio is ${(seconds / peerSeconds).toFixed(2)}`)
}
