import { spawn } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
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

/** How many trials a journal has. */
const trialsIn = (journal: string): Promise<number> =>
  readFile(join(here.directory, journal), 'utf8').then(
    (text) => text.split('\n').length - 2,
    () => 0,
  )

/** When a process is killed: some milliseconds after a number of trials are in the journal. */
interface Moment {
  readonly trials: number
  readonly milliseconds: number
}

/** Runs a search in a process of its own, which may be killed at a moment; resolves to its exit code. */
const run = async (journal: string, workers: string, moment?: Moment): Promise<number | null> => {
  const argv = ['tune', 'm.json', '--data', 'r.csv', '--threads', '1', '--checkpoint-every', '300']
  const child = spawn(process.execPath, [recspec, ...argv, '--journal', journal, '--workers', workers], {
    cwd: here.directory,
    stdio: 'ignore',
  })
  const ended = new Promise<number | null>((resolve) => void child.once('exit', resolve))
  if (moment) {
    while (child.exitCode === null && (await trialsIn(journal)) < moment.trials) await setTimeout(10)
    await setTimeout(moment.milliseconds)
    child.kill('SIGKILL')
  }
  return ended
}

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
    expect(await run('whole.jsonl', workers)).toBe(0)
    let within = 0
    for (const [kill, trials] of [1, 2, 4].entries()) {
      const milliseconds = 50 + 250 * uniform(key(seed), kill)
      expect(await run('killed.jsonl', workers, { trials, milliseconds })).toBeNull()
      const kept = await readdir(here.directory)
      if (kept.some((name) => /^killed\..*\.trial-\d+\.(json|fold-\d\.safetensors)$/.test(name))) within++
    }
    expect(within).toBeGreaterThan(0)
    expect(await run('killed.jsonl', workers)).toBe(0)
    expect(await linesOf('killed.jsonl')).toEqual(await linesOf('whole.jsonl'))
    expect((await readdir(here.directory)).filter((name) => name.includes('.trial-'))).toEqual([])
  },
)
