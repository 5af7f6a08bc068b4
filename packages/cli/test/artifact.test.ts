import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ArtifactTensor, read, write as writeArtifact } from '../../core/src/artifact/index.js'
import { BOARD, CPU, implicitBoard, titles } from './board.js'
import { openWorkspace, type Workspace } from './workspace.js'

/** A sampler, a split and a metric, which only training and measuring need. */
const PLUGIN = `
const params = { type: 'object', properties: {}, additionalProperties: false }
export const extra = {
  name: 'extra',
  apiVersion: 1,
  package: 'recspec-plugin-extra',
  version: '1.2.3',
  samplers: { even: { summary: 'Equal weights.', params, weights: () => 'equal' } },
  splits: {
    last: {
      summary: 'The last row.',
      params,
      holdOut: (_, { events }) => Int32Array.of(events.count - 2, events.count - 1),
    },
  },
  metrics: {
    first: {
      summary: 'Share of first ranks.',
      of: 'rankings',
      better: 'higher',
      k: 'none',
      variants: [],
      ranking: ({ ranks }) => Number(ranks[0] === 0),
    },
  },
}
`

const DOCUMENT = {
  ...BOARD,
  name: 'extra',
  heads: {
    liked: { inputs: ['score'], loss: { type: 'bce', negatives: { count: 2, sampler: 'extra/even' } } },
  },
  solver: { ...BOARD.solver, epochs: 2 },
  evaluation: { split: { type: 'extra/last' }, metrics: ['hr@5', 'extra/first'] },
}

let here: Workspace
const path = (name: string) => join(here.directory, name)
const train = (...more: string[]) =>
  here.run('train', 'board.json', '--data', 'board.csv', '--items', 'items.csv', ...CPU, ...more)
const ask = (...argv: string[]) => here.run(...argv, '--backend', 'cpu', '--threads', '1')

/** Writes a model with other contents and right digests. */
const forge = async (
  from: string,
  to: string,
  change: (tensors: Map<string, ArtifactTensor>, metadata: Record<string, string>) => void,
) => {
  const found = await read(await readFile(path(from)))
  const tensors = new Map(found.tensors)
  const metadata = Object.fromEntries(found.metadata)
  change(tensors, metadata)
  await writeFile(path(to), await writeArtifact(tensors, metadata))
}

beforeAll(async () => {
  here = await openWorkspace()
  await writeFile(path('board.csv'), implicitBoard())
  await writeFile(path('items.csv'), titles())
  await writeFile(path('board.json'), JSON.stringify({ ...BOARD, solver: { ...BOARD.solver, epochs: 2 } }))
  await writeFile(path('extra.json'), JSON.stringify(DOCUMENT))
  await writeFile(path('extra.mjs'), PLUGIN)
  expect((await train('--out', 'm.safetensors')).code).toBe(0)
})
afterAll(() => here.close())

test('a weight of another name is refused with exit code 5 and its name', async () => {
  await forge('m.safetensors', 'renamed.safetensors', (tensors) => {
    tensors.set('table/r', tensors.get('table/q')!)
    tensors.delete('table/q')
  })
  const run = await ask('recommend', 'renamed.safetensors', '--user', 'u0')
  expect(run).toMatchObject({
    code: 5,
    out: '',
    err: 'renamed.safetensors: missing table "q", expected shape [21, 2]; the file has "r" instead\n',
  })
})

test('forged indices and metadata are refused with exit code 5', async () => {
  await forge('m.safetensors', 'start.safetensors', (tensors) => {
    const { shape, data } = tensors.get('input/item.start')!
    tensors.set('input/item.start', { shape, data: Int32Array.from(data).fill(2 ** 31 - 1, 3, 4) })
  })
  await forge('m.safetensors', 'document.safetensors', (_, metadata) => {
    metadata['document'] = '{'
  })
  for (const name of ['start', 'document']) {
    const run = await ask('recommend', `${name}.safetensors`, '--user', 'u0')
    expect([run.code, run.err]).toEqual([5, expect.stringContaining(`${name}.safetensors: `)])
  }
})

test('a model of another version is served, with one line that says so and the same digest', async () => {
  await forge('m.safetensors', 'older.safetensors', (_, metadata) => {
    metadata['madeBy'] = JSON.stringify({ core: '0.0.1', plugins: [] })
  })
  const older = await ask('recommend', 'older.safetensors', '--user', 'u0')
  const own = await ask('recommend', 'm.safetensors', '--user', 'u0')
  expect([older.code, older.out]).toEqual([0, own.out])
  expect(older.err).toMatch(/^older\.safetensors: trained with @recspec\/core 0\.0\.1; in use: [^\n]+\n$/)
  const digestOf = async (name: string) =>
    (await ask('evaluate', name, '--data', 'board.csv', '--json')).json()['digest']
  expect(await digestOf('older.safetensors')).toBe(await digestOf('m.safetensors'))
})

test('a model is served without the plugin of its sampler, split and metric', async () => {
  const argv = ['train', 'extra.json', '--data', 'board.csv', '--plugin', './extra.mjs', ...CPU]
  const run = await here.run(...argv)
  expect([run.code, run.out]).toEqual([0, expect.stringContaining('extra/first')])
  const { metadata } = await read(await readFile(path('extra.safetensors')))
  expect(JSON.parse(metadata.get('madeBy')!).plugins).toEqual([
    { name: 'extra', package: 'recspec-plugin-extra', version: '1.2.3' },
  ])
  const own = await ask('recommend', 'extra.safetensors', '--user', 'u0', '--plugin', './extra.mjs')
  expect(await ask('recommend', 'extra.safetensors', '--user', 'u0')).toMatchObject({ code: 0, err: '', out: own.out })
  const measured = await ask('evaluate', 'extra.safetensors', '--data', 'board.csv', '--json')
  expect(Object.keys(measured.json()['metrics'] as object)).toEqual(['hr@5'])
  expect(measured.err).toBe('not measured, the plugin is not loaded: extra/first\n')
})

test('a compact model has no interactions; the command that train prints works, the others say what is missing', async () => {
  const run = await train('--compact', '--out', 'small.safetensors')
  expect([run.code, run.out]).toEqual([
    0,
    expect.stringContaining('recspec recommend small.safetensors --user u0 --seen\n'),
  ])
  const { tensors } = await read(await readFile(path('small.safetensors')))
  expect([...tensors.keys()].filter((name) => name.startsWith('events'))).toEqual([])
  const own = await ask('recommend', 'm.safetensors', '--user', 'u0', '--seen')
  expect(await ask('recommend', 'small.safetensors', '--user', 'u0', '--seen')).toMatchObject({ code: 0, out: own.out })
  const seen = await ask('recommend', 'small.safetensors', '--user', 'u0')
  expect([seen.code, seen.err]).toEqual([3, expect.stringMatching(/cannot exclude.*\n {2}hint: .*--seen/)])
  const evaluated = await ask('evaluate', 'small.safetensors', '--data', 'board.csv', '--trained')
  expect([evaluated.code, evaluated.err]).toEqual([3, expect.stringContaining('saved without them ("compact")')])
})

test('more results than there are items are all items', async () => {
  const run = await ask('recommend', 'm.safetensors', '--user', 'u0', '--seen', '-k', '1000000000', '--json')
  expect(run.json<{ results: unknown[] }>().results).toHaveLength(20)
})
