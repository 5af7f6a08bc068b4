import { spawn } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { key, uniform } from '@recspec/kernels'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openWorkspace, type Workspace } from './workspace.js'

const recspec = fileURLToPath(new URL('../bin/recspec.js', import.meta.url))

let here: Workspace
beforeEach(async () => {
  here = await openWorkspace()
  const lines = ['user,item,rating']
  for (let cell = 0; cell < 3000; cell++) {
    if (uniform(key(1, cell), 0) > 0.4) continue
    lines.push(`u${cell % 60},i${Math.floor(cell / 60)},${1 + Math.floor(5 * uniform(key(1, cell), 1))}`)
  }
  await writeFile(join(here.directory, 'r.csv'), `${lines.join('\n')}\n`)
  await writeFile(join(here.directory, 'm.json'), JSON.stringify(document))
})
afterEach(() => here.close())

const document = {
  inputs: { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } },
  embeddings: { p: { input: 'user', dim: 4, l2: 0.02 }, q: { input: 'item', dim: 4, l2: 0.02 } },
  ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
  heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
  solver: { type: 'adam', learningRate: 0.01, epochs: 250, batchSize: 16 },
  evaluation: { split: { type: 'k-fold', folds: 2 }, metrics: ['rmse'] },
  search: {
    strategy: { type: 'tpe', trials: 6, startup: 3 },
    metric: 'rmse',
    parameters: {
      dim: { at: ['/embeddings/p/dim', '/embeddings/q/dim'], values: [8, 16] },
      rate: { at: '/solver/learningRate', range: [0.0001, 0.01], scale: 'log' },
    },
  },
}

/** Runs a search in a process of its own, which is killed after some milliseconds; resolves to its exit code. */
const run = (journal: string, workers: string, milliseconds?: number): Promise<number | null> =>
  new Promise((resolve) => {
    const argv = ['tune', 'm.json', '--data', 'r.csv', '--threads', '1', '--checkpoint-every', '300']
    const child = spawn(process.execPath, [recspec, ...argv, '--journal', journal, '--workers', workers], {
      cwd: here.directory,
      stdio: 'ignore',
    })
    const timer = milliseconds === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), milliseconds)
    child.once('exit', (code) => {
      clearTimeout(timer)
      resolve(code)
    })
  })

/** The lines of a journal without times; trials that run side by side end in any order. */
const linesOf = async (journal: string) => {
  const text = await readFile(join(here.directory, journal), 'utf8')
  const [header, ...trials] = text
    .replace(/"seconds":[\d.e-]+/g, '"seconds":0')
    .trimEnd()
    .split('\n')
  return [header, ...trials.toSorted((a, b) => JSON.parse(a).trial - JSON.parse(b).trial)]
}

test.each([
  ['1', 1],
  ['2', 2],
])(
  'a search with %s workers that is killed at random moments ends with the journal of an undisturbed one',
  { timeout: 600_000 },
  async (workers, seed) => {
    const started = performance.now()
    expect(await run('whole.jsonl', workers)).toBe(0)
    const whole = performance.now() - started
    let killed = 0
    let within = 0
    for (let kill = 0; killed < 3; kill++) {
      // moments of the whole search: what is done needs no second time
      const code = await run('killed.jsonl', workers, whole * (0.3 + 0.3 * uniform(key(seed), kill)))
      if (code === 0) break
      killed++
      const kept = await readdir(here.directory)
      if (kept.some((name) => /^killed\..*\.trial-\d+\.(json|fold-\d\.safetensors)$/.test(name))) within++
    }
    expect(killed).toBeGreaterThan(1)
    expect(within).toBeGreaterThan(0)
    expect(await run('killed.jsonl', workers)).toBe(0)
    expect(await linesOf('killed.jsonl')).toEqual(await linesOf('whole.jsonl'))
    expect((await readdir(here.directory)).filter((name) => name.includes('.trial-'))).toEqual([])
  },
)
