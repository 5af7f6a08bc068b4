import { readdirSync } from 'node:fs'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { implicitBoard, ratedBoard, titles } from './board.js'
import { openWorkspace, type Workspace } from './workspace.js'

const folder = fileURLToPath(new URL('../../../test/plugins/tucker', import.meta.url))
const PLUGIN = ['--plugin', join(folder, 'src/index.ts')] as const
const CPU = ['--backend', 'cpu', '--json'] as const
const documents = readdirSync(join(folder, 'documents'))

let here: Workspace
beforeAll(async () => {
  here = await openWorkspace()
  for (const name of documents) await copyFile(join(folder, 'documents', name), join(here.directory, name))
  await writeFile(join(here.directory, 'board.csv'), implicitBoard())
  await writeFile(join(here.directory, 'rated.csv'), ratedBoard())
  await writeFile(join(here.directory, 'titles.csv'), titles())
})
afterAll(() => here.close())

interface Trained {
  readonly digest: string
  readonly protocol: string
  readonly metrics: Readonly<Record<string, number>>
}
interface Answers {
  readonly results: readonly { readonly item: string; readonly score: number }[]
}

/** Runs a command with the plugin; it must succeed. */
const succeed = async (...argv: readonly string[]) => {
  const run = await here.run(...argv, ...PLUGIN)
  expect([run.code, run.code === 0 ? '' : run.err]).toEqual([0, ''])
  return run
}

const train = async (name: string, out: string, ...more: readonly string[]) => {
  const data = ['--data', name === 'rated' ? 'rated.csv' : 'board.csv', '--items', 'titles.csv']
  return (await succeed('train', `${name}.json`, ...data, ...CPU, '--out', out, ...more)).json<Trained>()
}

const ask = async (...argv: readonly string[]) => (await succeed(...argv, ...CPU)).json<Answers>().results

describe.each(documents.map((file) => file.replace('.json', '')))('%s', (name) => {
  test('is refused without the plugin, whose package the hint names, and checked with it', async () => {
    const without = await here.run('check', `${name}.json`)
    expect(without.code).toBe(2)
    const mistakes = without.out.match(/unknown [a-z ]+ "tucker/g)!
    expect(without.out.match(/of the package "recspec-plugin-tucker": --plugin on the command line/g)).toHaveLength(
      mistakes.length,
    )
    expect((await succeed('check', `${name}.json`)).out).toContain('ok')
  })

  test('trains twice to the same bytes, is evaluated and served', async () => {
    const first = await train(name, `${name}.safetensors`, '--threads', '1')
    const again = await train(name, 'again.safetensors', '--threads', '2')
    expect(again.digest).toBe(first.digest)
    expect(Object.values(first.metrics).every(Number.isFinite)).toBe(true)
    const data = ['--data', name === 'rated' ? 'rated.csv' : 'board.csv']
    const measured = (await succeed('evaluate', `${name}.safetensors`, ...data, ...CPU)).json<Trained>()
    expect(Object.keys(measured.metrics)).toEqual(Object.keys(first.metrics))
    expect(await ask('recommend', `${name}.safetensors`, '--user', 'u3', '-k', '5', '--seen')).toHaveLength(5)
    expect(await ask('similar', `${name}.safetensors`, '--item', 'Film 4', '-k', '3')).toHaveLength(3)
  })
})

test('split, candidates and metrics are those of the document', async () => {
  const trained = await train('all', 'all.safetensors', '--threads', '1')
  expect(trained.protocol).toBe('tucker/odd-9/nearby-4')
  expect(Object.keys(trained.metrics)).toEqual(['tucker/gain@5', 'tucker/gain@5(best)', 'hr@5'])
  // one held-out item a ranking
  expect(trained.metrics['tucker/gain@5(best)']).toBe(trained.metrics['tucker/gain@5'])
  // the candidates are neighbours of the other parity, which these users never meet
  expect(trained.metrics['tucker/gain@5']).toBeGreaterThan(0.5)
  expect(trained.metrics['hr@5']).toBeGreaterThan(0.9)
})

test('parameters of operators are set from the command line, and checked', async () => {
  const set = ['--set', '/evaluation/candidates/radius=2', '--set', '/evaluation/split/every=5']
  const short = await train('all', 'short.safetensors', '--threads', '1', '--set', '/solver/epochs=1', ...set)
  expect(short.protocol).toBe('tucker/odd-5/nearby-2')
  const wrong = await here.run(
    'check',
    'all.json',
    ...PLUGIN,
    '--set',
    '/heads/liked/loss/negatives/sampler/halfLife=0',
  )
  expect([wrong.code, wrong.out]).toEqual([2, expect.stringContaining('expected a number > 0, got 0')])
  const metric = await here.run('check', 'all.json', ...PLUGIN, '--set', '/evaluation/metrics/0="tucker/gain"')
  expect([metric.code, metric.out]).toEqual([2, expect.stringContaining('missing "@k" in metric "tucker/gain"')])
  const near = await here.run('check', 'all.json', ...PLUGIN, '--set', '/evaluation/metrics/0="tucker/gian@5"')
  expect([near.code, near.out]).toEqual([2, expect.stringContaining('did you mean "tucker/gain"?')])
})

test('explain says how each operator is used', async () => {
  const all = (await succeed('explain', 'all.json')).out
  expect(all).toContain('match  tucker/bilinear(p, q)')
  expect(all).toContain('core [4, 3] = 12')
  expect(all).toContain('liked  =  p · match.core · q')
  expect(all).toContain('sampler (type tucker/recent, halfLife 5)')
  expect(all).toContain('split tucker/odd (every 9)\n  candidates tucker/nearby (radius 4)\n  metrics tucker/gain@5')
  expect(all).toContain('on tfjs over gathered rows (optimizer "tucker/signsgd" has no kernel)')
  expect((await succeed('explain', 'fused.json')).out).toContain('plan: mini-batches of 32 in the fused kernel')
  expect((await succeed('explain', 'own.json')).out).toContain('on tfjs over gathered rows')
})

test('the schema completes every operator', async () => {
  const schema = (await succeed('schema', '--json')).json<{ definitions: Record<string, Definition> }>()
  const { op, loss, solver, split, candidates, sampler, metric } = schema.definitions
  expect(op!.properties!.type.enum).toEqual(expect.arrayContaining(['tucker/bilinear', 'tucker/scale']))
  expect(loss!.properties!.type.enum).toContain('tucker/hinge')
  expect(solver!.properties!.type.enum).toContain('tucker/signsgd')
  expect(split!.properties!.type.enum).toContain('tucker/odd')
  expect(candidates!.properties!.type.enum).toContain('tucker/nearby')
  expect(sampler!.anyOf![0]!.enum).toEqual(expect.arrayContaining(['tucker/recent', 'tucker/own']))
  expect(sampler!.anyOf![1]!.properties!.type.enum).toEqual(expect.arrayContaining(['tucker/recent', 'tucker/own']))
  expect(metric!.anyOf![0]!.enum).toEqual(expect.arrayContaining(['tucker/gain@10', 'tucker/excess']))
})

interface Definition {
  readonly enum?: readonly string[]
  readonly properties?: { readonly type: { readonly enum: readonly string[] } }
  readonly anyOf?: readonly Definition[]
}

/** The tensors of a .safetensors file by name, as numbers. */
const tensorsOf = (file: Buffer): ReadonlyMap<string, Float32Array> => {
  const length = Number(file.readBigUInt64LE(0))
  const header: Record<string, { dtype?: string; data_offsets: [number, number] }> = JSON.parse(
    file.subarray(8, 8 + length).toString(),
  )
  return new Map(
    Object.entries(header).flatMap(([name, { dtype, data_offsets }]) => {
      if (dtype !== 'F32') return []
      const bytes = file.subarray(8 + length + data_offsets[0], 8 + length + data_offsets[1])
      return [[name, Float32Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(4 * at))] as const]
    }),
  )
}

test('a bilinear model ranks as uᵀ W v does', async () => {
  await train('bilinear', 'bilinear.safetensors', '--threads', '1')
  const tensors = tensorsOf(await readFile(join(here.directory, 'bilinear.safetensors')))
  const [p, q, core] = ['table/p', 'table/q', 'weight/score.core'].map((name) => tensors.get(name)!)
  const dim = 4
  // row 0 of a table is that of unknown ids
  const score = (user: number, item: number) => {
    let sum = 0
    for (let a = 0; a < dim; a++)
      for (let b = 0; b < dim; b++) sum += p![dim * (user + 1) + a]! * core![dim * a + b]! * q![dim * (item + 1) + b]!
    return sum
  }
  const csv = (await readFile(join(here.directory, 'board.csv'), 'utf8')).trim().split('\n').slice(1)
  const numbers = (column: number) => [...new Set(csv.map((line) => line.split(',')[column]!))]
  const [users, items] = [numbers(0), numbers(1)]
  for (const user of ['u0', 'u3', 'u16']) {
    const best = items
      .map((item, index) => ({ item, score: score(users.indexOf(user), index) }))
      .sort((one, other) => other.score - one.score)
      .slice(0, 8)
    const ranked = await ask('recommend', 'bilinear.safetensors', '--user', user, '-k', '8', '--seen')
    expect(ranked.map(({ item }) => item)).toEqual(best.map(({ item }) => item))
    ranked.forEach((one, place) => {
      expect(one.score).toBeCloseTo(best[place]!.score, 4)
    })
  }
})

test('why says that it explains squares only', async () => {
  const asked = ['why', 'bilinear.safetensors', '--user', 'u3', '--item', 'i5', ...PLUGIN, '--backend', 'cpu']
  const run = await here.run(...asked)
  expect([run.code, run.err]).toEqual([3, 'needs a quadratic loss, "liked" has "bpr"\n'])
})

test('a version of the plugin that renamed a weight is refused by the name of the weight', async () => {
  const source = join(folder, 'src/index.ts')
  await writeFile(
    join(here.directory, 'renamed.mjs'),
    `import { tucker } from ${JSON.stringify(source)}
     const { bilinear } = tucker.layers
     export const renamed = { ...tucker, version: '0.2.0', layers: { ...tucker.layers, bilinear: {
       ...bilinear,
       weights: (params, inputs) => ({ kernel: bilinear.weights(params, inputs).core }),
       form: () => ({ is: 'bilinear', matrix: 'kernel' }),
       apply: (params, inputs, { kernel }, context) => bilinear.apply(params, inputs, { core: kernel }, context),
     } } }`,
  )
  await train('bilinear', 'old.safetensors', '--threads', '1', '--set', '/solver/epochs=1')
  const asked = ['recommend', 'old.safetensors', '--user', 'u3', '--backend', 'cpu']
  const refused = await here.run(...asked, '--plugin', './renamed.mjs')
  expect([refused.code, refused.out]).toEqual([5, ''])
  expect(refused.err).toContain('missing weight "score.kernel"')
  expect(refused.err).toContain('the file has "score.core" instead')
})
