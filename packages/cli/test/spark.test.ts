import { readdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase, queryRows } from '../../data/src/files/duckdb.js'
import { findSparkSubmit } from '../src/engine/spark.js'
import { terminal } from '../src/host.js'
import { openWorkspace, type Workspace } from './workspace.js'

const python = process.env['RECSPEC_PYTHON']
const PATH = [...(python === undefined ? [] : [dirname(python)]), process.env['PATH'] ?? ''].join(delimiter)
const environment = { ...(process.env as Record<string, string>), PATH }
const here = { ...terminal(), environment }
const java = (process.env['JAVA_HOME'] ?? '') !== '' || (await isOnPath('java'))
const found = java && (await findSparkSubmit(here).catch(() => undefined)) !== undefined
if (!found) console.log('Spark is not here: its tests are skipped')

async function isOnPath(name: string): Promise<boolean> {
  const folders = PATH.split(delimiter).filter((folder) => folder !== '')
  const lists = await Promise.all(folders.map((folder) => readdir(folder).catch((): string[] => [])))
  return lists.some((names) => names.includes(name))
}

const USERS = 60
const ITEMS = 40

/** Ratings that follow from hidden numbers of users and items; every user and item has some. */
const ratings = (): string => {
  const lines = ['user,item,rating']
  for (let user = 0; user < USERS; user++)
    for (let item = 0; item < ITEMS; item++) {
      if ((user * 7 + item * 11) % 3 !== 0) continue
      const taste = Math.sin(user) * Math.cos(item) + Math.cos(2 * user) * Math.sin(3 * item)
      lines.push(`u${user},i${item},${(3 + taste).toFixed(2)}`)
    }
  return `${lines.join('\n')}\n`
}

const document = (changes: { table?: object; loss?: object; iterations?: number; target?: boolean } = {}) => ({
  recspec: 1,
  name: 'factors',
  inputs: { user: { type: 'id', entity: 'user' }, item: { type: 'id', entity: 'item' } },
  embeddings: {
    p: { input: 'user', dim: 3, l2: 0.05, ...changes.table },
    q: { input: 'item', dim: 3, l2: 0.05, ...changes.table },
  },
  ops: { score: { type: 'dot', inputs: ['p', 'q'] } },
  heads: {
    stars: {
      inputs: ['score'],
      ...(changes.target === false ? {} : { target: 'rating' }),
      loss: changes.loss ?? { type: 'mse' },
    },
  },
  solver: { type: 'imf/als', iterations: changes.iterations ?? 60 },
  evaluation: { split: { type: 'ratio', share: 0.1 }, metrics: changes.target === false ? ['recall@5'] : ['rmse'] },
})

let workspace: Workspace
beforeAll(async () => {
  workspace = await openWorkspace()
  Object.assign(workspace.environment, environment)
  await writeFile(join(workspace.directory, 'ratings.csv'), ratings())
  await writeFile(
    join(workspace.directory, 'items.csv'),
    `id,title\n${Array.from({ length: ITEMS }, (_, item) => `i${item},Item ${item}`).join('\n')}\n`,
  )
})
afterAll(() => workspace.close())

const written = async (name: string, content: object): Promise<string> => {
  await writeFile(join(workspace.directory, name), JSON.stringify(content))
  return name
}

const train = (name: string, ...more: readonly string[]) =>
  workspace.run('train', name, '--data', 'ratings.csv', '--items', 'items.csv', '--json', ...more)

/** The last loss of a log. */
const lossIn = async (log: string): Promise<number> => {
  const lines = (await readFile(join(workspace.directory, log), 'utf8')).trimEnd().split('\n')
  const losses = lines.map((line) => (JSON.parse(line) as { loss?: number }).loss).filter((loss) => loss !== undefined)
  return losses.at(-1)!
}

describe('refusals, without Spark', () => {
  const missing = async (...argv: readonly string[]) => {
    const bare = await openWorkspace(workspace.directory)
    bare.environment['PATH'] = join(workspace.directory, 'nothing')
    return bare.run(...argv)
  }

  test('a machine without Spark says how to install it, with exit code 9', async () => {
    const name = await written('plain.json', document())
    const run = await missing('train', name, '--data', 'ratings.csv', '--engine', 'spark')
    expect(run.code).toBe(9)
    expect(run.err).toContain('Spark is not found: there is no spark-submit')
    expect(run.err).toContain('hint: install it with "pip install pyspark numpy"')
  })

  test('a solver that is not alternating least squares, and a score that is not one product', async () => {
    const adam = await written('adam.json', { ...document(), solver: { type: 'adam', epochs: 1 } })
    const first = await missing('train', adam, '--data', 'ratings.csv', '--engine', 'spark')
    expect(first.code).toBe(2)
    expect(first.err).toContain('Spark cannot take the place of "adam"')
    const { embeddings, ops, ...rest } = document()
    const biased = await written('biased.json', {
      ...rest,
      embeddings: { ...embeddings, b: { input: 'user', dim: 1, l2: 0.05 } },
      ops: { match: ops.score, score: { type: 'sum', inputs: ['match', 'b'] } },
    })
    const second = await missing('train', biased, '--data', 'ratings.csv', '--engine', 'spark')
    expect(second.code).toBe(2)
    expect(second.err).toContain('Spark solves one product of two tables: "b" is added to it')
  })

  test('a cluster without a folder that it sees; options of engines without one; checkpoints', async () => {
    const name = await written('plain.json', document())
    const runs = [
      await missing('train', name, '--data', 'ratings.csv', '--engine', 'spark', '--master', 'spark://host:7077'),
      await missing('train', name, '--data', 'ratings.csv', '--master', 'local[2]'),
      await missing('train', name, '--data', 'ratings.csv', '--engine', 'spark', '--checkpoint-every', '3'),
      await missing('train', name, '--data', 'ratings.csv', '--engine', 'spark', '--conf', 'memory'),
    ]
    expect(runs.map(({ code }) => code)).toEqual([2, 2, 2, 2])
    const told = ['do not see temporary folders', '--master is an option of engines', 'no checkpoints', 'key=value']
    for (const [place, text] of told.entries()) expect(runs[place]!.err).toContain(text)
  })
})

describe.skipIf(!found)('Spark', { timeout: 300_000 }, () => {
  const both = async (name: string) => {
    const ours = await train(name, '--out', 'ours.safetensors', '--log', `${name}.ours.jsonl`)
    const theirs = await train(name, '--out', 'theirs.safetensors', '--engine', 'spark', '--log', `${name}.spark.jsonl`)
    expect([ours.code, theirs.code, theirs.err]).toEqual([0, 0, expect.any(String)])
    return { ours: await lossIn(`${name}.ours.jsonl`), theirs: await lossIn(`${name}.spark.jsonl`) }
  }

  test('ratings: the same minimum, and the model says what trained it', async () => {
    const { ours, theirs } = await both(await written('explicit.json', document()))
    expect(Math.abs(theirs / ours - 1)).toBeLessThan(1e-3)
    const info = (await workspace.run('info', 'theirs.safetensors', '--json')).json<{ madeBy: { engine: string } }>()
    expect(info.madeBy.engine).toMatch(/^Spark \d+\.\d+\.\d+ \(MLlib ALS\)$/)
    const evaluated = await workspace.run(
      'evaluate',
      'theirs.safetensors',
      '--data',
      'ratings.csv',
      '--held-out',
      '--json',
    )
    expect(evaluated.code).toBe(0)
    expect((await workspace.run('why', 'theirs.safetensors', '--user', 'u3', '--item', 'i2')).code).toBe(0)
  })

  test('a penalty that is the same for every row: cells of 0 give it', async () => {
    const { ours, theirs } = await both(await written('even.json', document({ table: { l2: 0.5, nu: 0 } })))
    expect(Math.abs(theirs / ours - 1)).toBeLessThan(1e-3)
  })

  test('implicit cells: the same minimum; a penalty of all cells is refused before Spark starts', async () => {
    const loss = { type: 'imf/weighted-squares', alpha: 2, counted: 'observed' }
    const { ours, theirs } = await both(await written('implicit.json', document({ loss, target: false })))
    expect(Math.abs(theirs / ours - 1)).toBeLessThan(5e-3)
    const all = await written('all.json', document({ loss: { ...loss, counted: 'all' }, target: false }))
    const run = await train(all, '--engine', 'spark')
    expect(run.code).toBe(2)
    expect(run.err).toContain('"counted": "observed" in the loss')
  })

  test('what Spark says is one line with the place of its log', async () => {
    const name = await written('explicit.json', document())
    const run = await train(name, '--engine', 'spark', '--work', 'failed', '--conf', 'spark.driver.memory=1m')
    expect(run.code).toBe(9)
    expect(run.err).toMatch(/^Spark failed: \S/m)
    expect(run.err).toContain(join('failed', 'spark.log'))
  })

  test('a request to stop ends the job', async () => {
    const name = await written('long.json', document({ iterations: 3000 }))
    workspace.onError = (text) => {
      if (/epoch [1-9]\d*\/3000/.test(text)) workspace.interrupt()
    }
    const run = await train(name, '--engine', 'spark', '--out', 'stopped.safetensors')
    delete workspace.onError
    expect(run.code).toBe(130)
    expect(run.err).toContain('interrupted: Spark was stopped, and nothing was written')
  })

  test('everyone gets the lists of one machine, also by blocks of items, with names and filters', async () => {
    await train(await written('explicit.json', document()), '--out', 'ranks.safetensors')
    const lists = async (path: string) => {
      const database = await openDatabase('256MB')
      const source = `read_parquet('${join(workspace.directory, path)}${path.startsWith('spark') ? '/*.parquet' : ''}')`
      const rows = await queryRows(
        database,
        `SELECT user, item, name, rank, score FROM ${source} ORDER BY user, rank`,
        path,
      )
      await database.close()
      return rows
    }
    const all = ['recommend', 'ranks.safetensors', '--all', '-k', '5', '--exclude', 'i3,i7']
    expect((await workspace.run(...all, '--out', 'one.parquet')).code).toBe(0)
    const run = await workspace.run(...all, '--out', 'spark.parquet', '--engine', 'spark', '--json')
    expect([run.code, run.json<{ users: number }>().users]).toEqual([0, USERS])
    const [one, spark] = [await lists('one.parquet'), await lists('spark.parquet')]
    expect(spark.length).toBe(USERS * 5)
    expect(spark).toEqual(one)
  })
})
