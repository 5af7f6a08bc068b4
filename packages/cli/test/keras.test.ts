import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EXIT } from '../src/exit.js'
import { BOARD, CPU, IDS, implicitBoard, ratedBoard } from './board.js'
import { openWorkspace, type Workspace } from './workspace.js'

const python = process.env['RECSPEC_PYTHON']
let here: Workspace
const write = (name: string, content: string) => writeFile(join(here.directory, name), content)
const short = { ...BOARD, solver: { ...BOARD.solver, epochs: 3 } }

beforeAll(async () => {
  here = await openWorkspace()
  await write('board.csv', implicitBoard())
  await write('rated.csv', ratedBoard())
  await write('board.json', JSON.stringify(short))
  expect(
    (await here.run('train', 'board.json', '--data', 'board.csv', '--out', 'board.safetensors', ...CPU)).code,
  ).toBe(0)
})
afterAll(() => here.close())

const runPython = (...argv: readonly string[]) =>
  promisify(execFile)(python!, [...argv], {
    cwd: here.directory,
    env: { ...process.env, KERAS_BACKEND: 'jax', JAX_PLATFORMS: 'cpu', JAX_DISABLE_MOST_OPTIMIZATIONS: '1' },
  })

test('a document needs data, and only one way is taken', async () => {
  const without = await here.run('export', 'board.json', '--to', 'keras', '--out', 'without', ...CPU)
  expect([without.code, without.err]).toEqual([EXIT.document, expect.stringContaining('give its data: --data')])
  const given = ['--data', 'board.csv', '--to', 'keras', '--out', 'given']
  const more = await here.run('export', 'board.safetensors', ...given, ...CPU)
  expect([more.code, more.err]).toEqual([EXIT.document, expect.stringContaining('a model has its own')])
  const both = await here.run('export', 'board.json', '--to', 'keras', '--from', 'keras', '--out', 'both', ...CPU)
  expect([both.code, both.err]).toEqual([EXIT.document, expect.stringContaining('different ways')])
})

test('an op of a plugin that is not in Keras is named, and nothing is written', async () => {
  await mkdir(join(here.directory, 'plugin'), { recursive: true })
  await write(
    'plugin/index.mjs',
    `export const odd = {
      name: 'odd', apiVersion: 1, package: 'recspec-plugin-odd', version: '1.2.3',
      layers: { same: { summary: 'The same.', params: { type: 'object', properties: {}, additionalProperties: false },
        inputs: { x: 'one' }, shape: (_, { x }) => x, apply: (_, { x }) => x } },
    }
    export default odd`,
  )
  const ops = { kept: { type: 'odd/same', inputs: ['p'] }, score: { type: 'dot', inputs: ['kept', 'q'] } }
  await write('odd.json', JSON.stringify({ ...short, name: 'odd', ops }))
  const plugin = ['--plugin', './plugin/index.mjs']
  const argv = ['export', 'odd.json', '--data', 'board.csv', '--to', 'keras', '--out', 'odd', ...plugin, ...CPU]
  const run = await here.run(...argv)
  expect([run.code, run.err]).toEqual([
    EXIT.plugin,
    expect.stringContaining('/ops/kept: odd/same (recspec-plugin-odd 1.2.3) does not say what it is in Keras'),
  ])
  expect(await readdir(here.directory)).not.toContain('odd')
})

test('a closed form is left out of training, and said so', async () => {
  const rated = {
    name: 'rated',
    inputs: IDS,
    embeddings: { p: { input: 'user', dim: 2, l2: 0.1 }, q: { input: 'item', dim: 2, l2: 0.1 } },
    ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
    heads: { stars: { inputs: ['score'], target: 'rating', loss: { type: 'mse' } } },
    solver: { type: 'imf/als', iterations: 2 },
  }
  await write('rated.json', JSON.stringify(rated))
  const argv = ['export', 'rated.json', '--data', 'rated.csv', '--to', 'keras', '--out', 'rated', '--json', ...CPU]
  const run = await here.run(...argv)
  expect(run.json()).toMatchObject({
    phases: [],
    notes: ['not trained by Keras: phase 1 by imf/als, which is no gradient solver that Keras has'],
  })
  const files = await readdir(join(here.directory, 'rated'))
  expect(files).toContain('score.py')
  expect(files).not.toContain('train.py')
})

test('weights that were not trained in Keras do not come back', async () => {
  const argv = ['export', 'board.json', '--data', 'board.csv', '--to', 'keras', '--out', 'start', ...CPU]
  expect((await here.run(...argv)).code).toBe(0)
  const back = await here.run('export', 'start', '--from', 'keras', '--out', 'back.safetensors', ...CPU)
  expect([back.code, back.err]).toEqual([EXIT.artifact, expect.stringContaining('were not trained in Keras')])
  const nowhere = await here.run('export', 'nowhere', '--from', 'keras', '--out', 'back.safetensors', ...CPU)
  expect([nowhere.code, nowhere.err]).toEqual([EXIT.artifact, expect.stringContaining('unreadable weights')])
})

describe.skipIf(python === undefined)('with Python (skipped without RECSPEC_PYTHON)', () => {
  test('a model is trained further in Keras, comes back, and answers', async () => {
    const out = await here.run('export', 'board.safetensors', '--to', 'keras', '--out', 'keras', '--json', ...CPU)
    expect(out.json()).toMatchObject({ phases: [1], notes: [], trained: true })
    await write('pairs.csv', 'user,item\nu3,i5\nu3,i4\nnobody,i4\n')
    await runPython('keras/score.py', 'pairs.csv', 'scores.csv')
    const said = ['predict', 'board.safetensors', '--pairs', 'pairs.csv', '--out', 'expected.csv']
    expect((await here.run(...said, ...CPU)).code).toBe(0)
    const scoresIn = async (name: string) =>
      (await readFile(join(here.directory, name), 'utf8'))
        .trim()
        .split(/\r?\n/)
        .slice(1)
        .map((line) => Number(line.split(',')[2]))
    const [found, expected] = [await scoresIn('scores.csv'), await scoresIn('expected.csv')]
    expect(found).toHaveLength(3)
    // predict leaves the score of nobody empty
    for (const row of [0, 1]) expect(found[row]).toBeCloseTo(expected[row]!, 5)

    await runPython('keras/train.py', '--epochs', '2')
    const back = await here.run('export', 'keras', '--from', 'keras', '--out', 'further.safetensors', '--json', ...CPU)
    expect(back.json()).toMatchObject({
      engine: expect.stringMatching(/^keras \d.* on jax$/),
      metrics: { 'hr@5': expect.any(Number) },
      receipt: { engine: expect.stringMatching(/^keras/) },
    })
    const measured = await here.run(
      'evaluate',
      'further.safetensors',
      '--data',
      'board.csv',
      '--held-out',
      '--json',
      ...CPU,
    )
    expect(measured.json()['metrics']).toEqual(back.json()['metrics'])
    const list = await here.run('recommend', 'further.safetensors', '--user', 'u3', '-k', '3', '--json', ...CPU)
    expect(list.code).toBe(0)
    const before = await here.run('recommend', 'board.safetensors', '--user', 'u3', '-k', '3', '--json', ...CPU)
    expect(list.out).not.toBe(before.out)

    const weights = join(here.directory, 'keras', 'weights.safetensors')
    const content = await readFile(weights)
    await writeFile(weights, content.subarray(0, content.length - 8))
    const cut = await here.run('export', 'keras', '--from', 'keras', '--out', 'cut.safetensors', ...CPU)
    expect([cut.code, cut.err]).toEqual([EXIT.artifact, expect.stringContaining('cut off')])
  }, 300_000)
})
