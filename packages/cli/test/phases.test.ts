import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CPU, IDS } from './board.js'
import { openWorkspace, type Workspace } from './workspace.js'

let here: Workspace
beforeAll(async () => {
  here = await openWorkspace()
  await here.run('sample', 'ratings', '--users', '60', '--items', '40', '--interactions', '1200', '--out', 'data')
})
afterAll(() => here.close())

const ALS = { type: 'imf/als', iterations: 6, trains: ['p', 'q', 'bu', 'bi'] }
const ADAM = { type: 'adam', trains: ['s', 't', 'deep', 'ann', 'both'], learningRate: 0.01, batchSize: 64, epochs: 8 }

/** r = MF(x) + gate · ANN(x). */
const document = (solver: unknown) => ({
  name: 'residual',
  inputs: IDS,
  embeddings: {
    p: { input: 'user', dim: 4, l2: 0.05 },
    q: { input: 'item', dim: 4, l2: 0.05 },
    bu: { input: 'user', dim: 1, init: 'zeros' },
    bi: { input: 'item', dim: 1, init: 'zeros' },
    s: { input: 'user', dim: 4 },
    t: { input: 'item', dim: 4 },
  },
  ops: {
    match: { type: 'dot', inputs: ['p', 'q'] },
    mf: { type: 'sum', inputs: ['match', 'bu', 'bi'] },
    deep: { type: 'mlp', inputs: ['s', 't'], units: [8], activation: 'relu' },
    ann: { type: 'dense', inputs: ['deep'], units: 1 },
    both: { type: 'residual', inputs: ['mf', 'ann'], gate: true },
    rating: { type: 'bias', inputs: ['both'], init: 'target-mean', trainable: false },
  },
  heads: { stars: { inputs: ['rating'], target: 'rating', loss: { type: 'mse' } } },
  solver,
  evaluation: { split: { type: 'ratio', share: 0.1 }, metrics: ['rmse'] },
})

/** The losses of every report, by phase. */
const train = async (solver: unknown) => {
  await writeFile(join(here.directory, 'residual.json'), JSON.stringify(document(solver)))
  const losses: number[][] = [[], [], []]
  here.onError = (text) => {
    const found = /(?:(\d)\/\d )?\S+ {2}epoch \d+\/\d+ {2}loss (\S+)/.exec(text)
    if (found) losses[Number(found[1] ?? 1) - 1]!.push(Number(found[2]))
  }
  const argv = ['residual.json', '--data', 'data/data.json', '--backend', 'cpu', '--threads', '1', '--json']
  const run = await here.run('train', ...argv)
  delete here.onError
  expect(run.code, run.err).toBe(0)
  return { losses, metrics: run.json<{ metrics: { rmse: number }; baseline: { rmse: number } }>() }
}

test('a network learns the residual of the factorization before it, starting at its loss', async () => {
  const { losses, metrics } = await train([ALS, ADAM])
  expect(losses[0]).toHaveLength(6)
  // the branch starts at 0: the first epoch is near the last sweep's loss, and the last one below
  expect(losses[1]![0]!).toBeLessThan(1.02 * losses[0]!.at(-1)!)
  expect(losses[1]!.at(-1)!).toBeLessThan(losses[0]!.at(-1)!)
  expect(metrics.metrics.rmse).toBeLessThan(2)
})

test('least squares continues while a network is frozen', async () => {
  const { losses } = await train([ALS, ADAM, { ...ALS, iterations: 3 }])
  // the same tables with the same penalties, and a network that explains a part of their residual
  expect(losses[2]![0]!).toBeLessThan(losses[0]!.at(-1)!)
  for (const [k, loss] of losses[2]!.entries()) if (k > 0) expect(loss).toBeLessThanOrEqual(losses[2]![k - 1]! + 1e-6)
})

test('samples are part of the model: measured, saved, averaged', async () => {
  const { heads, ops, embeddings } = document(ALS)
  const { match, mf } = ops
  const free = { p: { ...embeddings.p, l2: 0 }, q: { ...embeddings.q, l2: 0 }, bu: embeddings.bu, bi: embeddings.bi }
  const bayes = {
    ...document({ type: 'imf/gibbs', samples: 12, burnIn: 4 }),
    embeddings: free,
    ops: { match, mf, rating: { ...ops.rating, inputs: ['mf'] } },
    heads: { stars: { ...heads.stars, loss: { type: 'imf/gaussian' } } },
    evaluation: { split: { type: 'ratio', share: 0.1 }, metrics: ['rmse', 'nll', 'intervalCoverage(0.9)'] },
  }
  await writeFile(join(here.directory, 'bayes.json'), JSON.stringify(bayes))
  const run = await here.run(
    'train',
    'bayes.json',
    '--data',
    'data/data.json',
    '--out',
    'bayes.safetensors',
    '--json',
    ...CPU,
  )
  expect(run.code, run.err).toBe(0)
  const { metrics } = run.json<{ metrics: Record<string, number> }>()
  expect(metrics['intervalCoverage(0.9)']).toBeGreaterThan(0.75)
  expect(metrics['nll']).toBeLessThan(2)
  expect((await here.run('recommend', 'bayes.safetensors', '--user', '1', '-k', '3', '--json', ...CPU)).code).toBe(0)
})
