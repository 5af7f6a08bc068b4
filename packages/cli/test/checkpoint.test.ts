import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readCheckpoint, train, useBackend } from '@recspec/core'
import { readDataset } from '@recspec/data'
import { compile } from '@recspec/dsl'
import { type Kernels, openKernels } from '@recspec/kernels'
import { imf } from '@recspec/plugin-imf'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { IDS } from './board.js'
import { openWorkspace, type Workspace } from './workspace.js'

let here: Workspace
let kernels: Kernels
beforeAll(async () => {
  here = await openWorkspace()
  await here.run('sample', 'ratings', '--users', '40', '--items', '30', '--interactions', '500', '--out', 'data')
  await useBackend('cpu')
  kernels = await openKernels({ threads: 1 })
})
afterAll(async () => {
  await kernels.close()
  await here.close()
})

const squares = { inputs: ['rating'], target: 'rating', loss: { type: 'mse' } }
const document = (solver: unknown, stars: object = squares, l2 = 0.05) => ({
  name: 'ratings',
  inputs: IDS,
  embeddings: {
    p: { input: 'user', dim: 3, l2 },
    q: { input: 'item', dim: 3, l2 },
    bi: { input: 'item', dim: 1, l2, nu: 0.5 },
  },
  ops: {
    match: { type: 'dot', inputs: ['p', 'q'] },
    both: { type: 'sum', inputs: ['match', 'bi'] },
    rating: { type: 'bias', inputs: ['both'], init: 'target-mean', trainable: false },
  },
  heads: { stars },
  solver,
  evaluation: { split: { type: 'ratio', share: 0.1 }, metrics: ['rmse'] },
})

const als = { type: 'imf/als', iterations: 3 }
const documents: Readonly<Record<string, object>> = {
  'least squares by half-steps': document(als),
  'least squares that stop by tolerance': document({ ...als, iterations: 50, tolerance: 0.01 }),
  'samples of a posterior': document(
    { type: 'imf/gibbs', samples: 6, burnIn: 3, thin: 2 },
    { ...squares, loss: { type: 'imf/gaussian' } },
    0,
  ),
  'least squares, then descent': document([als, { type: 'sgd', learningRate: 1e-3, epochs: 2, batchSize: 100 }]),
}

test.each(Object.entries(documents))(
  '%s: a run that continues from any checkpoint ends in the same bytes',
  async (_, written) => {
    const { dataset } = await readDataset(join(here.directory, 'data/data.json'))
    const graph = compile({ name: 'ratings.json', text: JSON.stringify(written) }, [imf])
    const files: Uint8Array[] = []
    const onCheckpoint = async (file: Uint8Array) => void files.push(file)
    const whole = await train(graph, dataset, { kernels, checkpointEvery: { steps: 1 }, onCheckpoint })
    const bytes = await whole.model.save()
    expect(files.length).toBeGreaterThan(5)
    for (const file of files) {
      const rest = await train(graph, dataset, { kernels, resume: (await readCheckpoint(file))! })
      expect(Buffer.compare(bytes, await rest.model.save())).toBe(0)
      expect(rest.outcomes).toEqual(whole.outcomes)
    }
  },
)

test('a checkpoint is kept beside the model during training, and removed once the model is saved', async () => {
  const solver = { type: 'adam', epochs: 30, batchSize: 50, stop: { metric: 'rmse', patience: 2 }, learningRate: 0.1 }
  await writeFile(join(here.directory, 'a.json'), JSON.stringify(document(solver)))
  const argv = ['a.json', '--data', 'data/data.json', '--backend', 'cpu', '--threads', '1', '--json']
  const whole = await here.run('train', ...argv, '--out', 'a/m.safetensors')
  const [outcome] = whole.json<{ outcomes: { epoch: number; epochs: number; best: number }[] }>().outcomes
  expect(outcome).toEqual({ solver: 'adam', epoch: outcome!.best + 2, epochs: 30, best: expect.any(Number) })

  let reports = 0
  here.onError = (text) => {
    if (/epoch \d/.test(text) && ++reports === 3) here.interrupt()
  }
  const every = ['--checkpoint-every', '2']
  const stopped = await here.run('train', ...argv, '--out', 'b/m.safetensors', ...every)
  delete here.onError
  expect(stopped.code).toBe(7)
  expect(await readdir(join(here.directory, 'b'))).toEqual(['m.checkpoint.safetensors'])
  const resume = ['--resume', 'b/m.checkpoint.safetensors']
  const rest = await here.run('train', ...argv.slice(0, -1), '--out', 'b/m.safetensors', ...every, ...resume)
  expect(rest.out).toContain(
    `\nadam stopped after epoch ${outcome!.epoch} of 30; kept epoch ${outcome!.best}, the best\n`,
  )
  expect(await readdir(join(here.directory, 'b'))).toEqual(['m.safetensors'])
  const bytes = (name: string) => readFile(join(here.directory, name, 'm.safetensors'))
  expect(Buffer.compare(await bytes('a'), await bytes('b'))).toBe(0)

  const wrong = await here.run('train', ...argv, '--checkpoint-every', '5 minutes')
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('--checkpoint-every 30s')])
})
