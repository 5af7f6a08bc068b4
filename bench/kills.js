// Kills training runs with SIGKILL at random moments, goes on from what they left, kills again, until each run ends,
// and compares the digest of every model with that of a run that nobody disturbed:
//
//   node bench/kills.js --kills 1000 [--seed 0] [--json]
//
// A moment is either some time after the start (loading, training, measuring, saving), or a while after some changes in
// the directory (inside the writing of a checkpoint or of the model). One attempt in ten gets a Ctrl-C instead; threads
// vary.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { key, uniform } from '@recspec/kernels'

const { values: options } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '0' },
    json: { type: 'boolean', default: false },
  },
})
let wanted = Number(options.kills)
const seed = Number(options.seed)
const recspec = fileURLToPath(new URL('../packages/cli/bin/recspec.js', import.meta.url))

let draws = 0
const random = () => uniform(key(seed), draws++)
const below = (count) => Math.floor(random() * count)

/** Users like items of their own parity, more or less. */
const ratings = () => {
  const lines = ['user,item,rating,time']
  for (let user = 0; user < 40; user++)
    for (let item = 0; item < 30; item++) {
      const cell = key(1, user, item)
      if (uniform(cell, 0) > 0.4) continue
      const rating = ((user + item) % 2 === 0 ? 4 : 2) + Math.round(2 * uniform(cell, 1) - 1)
      lines.push(`u${user},i${item},${rating},${Math.floor(1000 * uniform(cell, 2))}`)
    }
  return `${lines.join('\n')}\n`
}

const table = (input, dim, more = {}) => ({ input, dim, l2: 0.02, ...more })
const shallow = {
  inputs: { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } },
  embeddings: { p: table('user', 8), q: table('item', 8), bi: table('item', 1, { init: 'zeros', nu: 0.5 }) },
  ops: {
    match: { type: 'dot', inputs: ['p', 'q'] },
    both: { type: 'sum', inputs: ['match', 'bi'] },
    score: { type: 'bias', inputs: ['both'], init: 'target-mean', trainable: false },
  },
  heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
  evaluation: { split: { type: 'ratio', share: 0.1 }, metrics: ['rmse'] },
}
const deep = {
  ...shallow,
  ops: {
    deep: { type: 'mlp', inputs: ['p', 'q'], units: [8, 4], normalize: 'batch', dropout: 0.2 },
    score: { type: 'dense', inputs: ['deep', 'bi'], units: 1 },
  },
}
const stop = { metric: 'rmse', patience: 2 }
const likes = { liked: { inputs: ['both'], loss: { type: 'bpr', negatives: 2 } } }
const { score: _, ...unshifted } = shallow.ops

/** Documents, and after how many steps each keeps a checkpoint: some dozens in a run. */
const documents = {
  als: [{ ...shallow, solver: { type: 'imf/als', iterations: 15, tolerance: 1e-4 } }, 1],
  gibbs: [
    {
      ...shallow,
      embeddings: { p: table('user', 4, { l2: 0 }), q: table('item', 4, { l2: 0 }), bi: table('item', 1, { l2: 0 }) },
      heads: { stars: { ...shallow.heads.stars, loss: { type: 'imf/gaussian' } } },
      solver: { type: 'imf/gibbs', samples: 30, burnIn: 5, thin: 3 },
    },
    1,
  ],
  fused: [{ ...shallow, solver: { type: 'adam', learningRate: 0.002, epochs: 40, stop } }, 1],
  pairs: [
    {
      ...{ ...shallow, ops: unshifted, heads: likes },
      solver: { type: 'sgd', learningRate: 0.02, momentum: 0.5, epochs: 40 },
      evaluation: { split: { type: 'leave-one-out' }, metrics: ['ndcg@10'] },
    },
    1,
  ],
  batches: [
    {
      ...shallow,
      embeddings: { p: table('user', 8), q: table('item', 8) },
      ops: {
        who: { type: 'l2Norm', inputs: ['p'] },
        what: { type: 'l2Norm', inputs: ['q'] },
        noisy: { type: 'dropout', inputs: ['who'], rate: 0.2 },
        score: { type: 'dot', inputs: ['noisy', 'what'] },
      },
      heads: {
        liked: {
          inputs: ['score'],
          loss: { type: 'ccl', margin: 0.3, weight: 4, negatives: { count: 8, shared: true } },
        },
      },
      solver: { type: 'adam', lazy: false, learningRate: 0.005, epochs: 20, batchSize: 16 },
      evaluation: { split: { type: 'leave-one-out' }, metrics: ['ndcg@10'] },
    },
    7,
  ],
  tfjs: [{ ...deep, solver: { type: 'adam', learningRate: 0.01, epochs: 12, batchSize: 32, stop } }, 3],
  phases: [
    {
      ...deep,
      solver: [
        { type: 'adagrad', epochs: 3, batchSize: 64, trains: ['p', 'q', 'bi'] },
        { type: 'rmsprop', epochs: 3, batchSize: 64, momentum: 0.5, trains: ['deep', 'score'] },
      ],
    },
    2,
  ],
}

const place = mkdtempSync(join(tmpdir(), 'recspec-kills-'))
writeFileSync(join(place, 'ratings.csv'), ratings())
for (const [name, [document]] of Object.entries(documents))
  writeFileSync(join(place, `${name}.json`), JSON.stringify({ name, ...document }))

/**
 * Starts `recspec train` in a directory; resolves once the process is gone. `meanwhile` may disturb it, and returns
 * what to do at its end.
 */
const run = (directory, name, more, meanwhile = () => () => {}) =>
  new Promise((resolve) => {
    const data = ['--data', join(place, 'ratings.csv')]
    const argv = ['train', join(place, `${name}.json`), ...data, '--out', 'm.safetensors', '--backend', 'wasm', ...more]
    const child = spawn(process.execPath, [recspec, ...argv], { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.on('data', (text) => {
      said += text
    })
    const end = meanwhile(child)
    child.on('close', (code, signal) => {
      end()
      resolve({ code, signal, said })
    })
  })

const digest = (directory) =>
  createHash('sha256')
    .update(readFileSync(join(directory, 'm.safetensors')))
    .digest('hex')

/** A signal at a random moment of a run that would take so long. */
const disturb = (directory, signal, milliseconds) => (child) => {
  let timer
  let watcher
  if (random() < 0.4) timer = setTimeout(() => child.kill(signal), random() * 1.2 * milliseconds)
  else {
    let changes = 1 + below(40)
    const after = random() * 4
    watcher = watch(directory, () => {
      if (--changes === 0) timer = setTimeout(() => child.kill(signal), after)
    })
  }
  return () => {
    clearTimeout(timer)
    watcher?.close()
  }
}

const found = { kills: 0, interrupts: 0, runs: 0, resumed: 0, different: 0, failed: 0, left: 0 }
const faults = []
const begun = performance.now()
const undisturbed = {}
const fresh = (name) => {
  const directory = join(place, name)
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory)
  return directory
}
for (const name of Object.keys(documents)) {
  const directory = fresh(`${name}-whole`)
  const from = performance.now()
  const { code, said } = await run(directory, name, [])
  if (code !== 0) throw new Error(`${name}: ${said}`)
  undisturbed[name] = { digest: digest(directory), milliseconds: performance.now() - from }
}

const names = Object.keys(documents)
/** Kills of one run: few enough that every document has its turn. */
const most = Math.min(10, Math.ceil(wanted / names.length))

/** One run, disturbed until it ends or was killed often enough. */
const suffer = async (name) => {
  const directory = fresh(name)
  const checkpoint = join(directory, 'm.checkpoint.safetensors')
  for (let kills = 0; ; ) {
    const resume = existsSync(checkpoint) ? ['--resume', checkpoint] : []
    if (resume.length > 0) found.resumed++
    const more = ['--checkpoint-every', String(documents[name][1]), '--threads', String(1 + below(2)), ...resume]
    const kind = random() < 0.1 ? 'SIGINT' : 'SIGKILL'
    const meanwhile =
      found.kills < wanted && kills < most ? disturb(directory, kind, undisturbed[name].milliseconds) : undefined
    const { code, signal, said } = await run(directory, name, more, meanwhile)
    if (signal === 'SIGKILL') {
      found.kills++
      kills++
    } else if (code === 7 || code === 130 || signal === 'SIGINT') found.interrupts++
    else if (code !== 0) {
      found.failed++
      faults.push(`${name}: exit ${code}: ${said}`)
      return
    }
    if (!existsSync(join(directory, 'm.safetensors'))) continue
    found.runs++
    if (digest(directory) !== undisturbed[name].digest) {
      found.different++
      faults.push(`${name}: another digest`)
    }
    // a run that came to its end leaves nothing beside its model
    if (code === 0 && readdirSync(directory).length > 1) {
      found.left++
      faults.push(`${name}: left ${readdirSync(directory).join(', ')}`)
    }
    return
  }
}

// Ctrl-C: no more kills, and what was found is still said
process.once('SIGINT', () => {
  wanted = 0
})
for (let k = 0; found.kills < wanted && found.failed < 10; k++) {
  await suffer(names[k % names.length])
  if (process.stderr.isTTY)
    process.stderr.write(`\r${found.kills} kills, ${found.runs} runs, ${found.different} different`)
}
rmSync(place, { recursive: true, force: true })

const seconds = Math.round((performance.now() - begun) / 100) / 10
const line = { ...found, faults, seed, seconds, load: Number(loadavg()[0].toFixed(1)) }
if (options.json) console.log(JSON.stringify(line))
else for (const [name, value] of Object.entries(line)) console.log(`${name.padEnd(12)} ${JSON.stringify(value)}`)
if (found.different + found.failed + found.left > 0) process.exitCode = 1
