import { existsSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Everyone, Failure, type Model, type SideVectors } from '@recspec/core'
import { writeTable } from '@recspec/data'
import { rankingProgram } from '@recspec/export'
import { answer, type Context } from '../context.js'
import { failure } from '../exit.js'
import { namesOf } from '../input/entity.js'
import { watchInterrupt } from '../interrupt.js'
import { checkDestination } from '../output/destination.js'
import { tellLeftOut } from '../output/everyone.js'
import { formatCount, formatDuration } from '../output/table.js'
import type { EngineOptions } from './options.js'
import { findSparkSubmit, submitSpark } from './spark.js'
import { checkWork, openWork } from './work.js'

interface RankingOptions extends EngineOptions {
  readonly out: string
  readonly k: number
  readonly seen: boolean
  readonly among?: Int32Array
  readonly json?: true
}

/** Entities whose vectors are written at a time. */
const BLOCK = 4096

/**
 * Lets Spark write the best items of every user of whom the model knows something: a folder of Parquet, a row for each
 * user and item. Throws a failure where the score is no product of vectors.
 */
export const recommendOnSpark = async (context: Context, model: Model, options: RankingOptions): Promise<void> => {
  const { host } = context
  const { out, k, seen, among, json } = options
  const path = resolve(host.cwd, out)
  if (!path.endsWith('.parquet'))
    throw failure(
      'document',
      `--engine spark writes Parquet, got --out ${out}`,
      'name it recs.parquet: it becomes a folder',
    )
  // a folder that Spark wrote before is replaced, no other
  if (!existsSync(join(path, '_SUCCESS'))) await checkDestination(path, `--out ${out}`)
  checkWork(options)
  await findSparkSubmit(host)
  const start = performance.now()
  const everyone = model.everyone(k, { seen, ...(among ? { among } : {}) })
  const [users, items] = [vectorsFor(model, 'user'), vectorsFor(model, 'item')]
  const work = await openWork(host, options)
  const place = (part: string) => join(work.folder, part)
  const { target, loss } = model.graph.ranking!
  const program = rankingProgram({
    ...{ name: model.graph.name, k: everyone.k, width: users.width },
    scale: {
      constant: users.constant,
      // a head without a target ranks by the score itself
      probability: target !== undefined && loss.definition.predicts === 'probability',
      ...(target?.range ? { range: target.range } : {}),
      ...(target?.clip ? { clip: target.clip } : {}),
    },
    named: model.items.nameColumn !== undefined,
  })
  await writeFile(place('ranking.py'), program)
  await writeUsers(place('users.parquet'), model, users, everyone)
  await writeItems(place('items.parquet'), model, items, everyone)
  const interrupt = watchInterrupt(host)
  const written = `${path}.${process.pid}.tmp`
  let version = ''
  try {
    const over = await submitSpark(host, {
      ...{ work, name: model.graph.name, program: 'ranking.py', driverMemory: 2048 },
      args: [work.folder, written],
      conf: options.conf ?? [],
      signal: interrupt.signal,
      onLine: ({ spark }) => {
        if (typeof spark === 'string') version = spark
      },
    })
    if (!over) throw failure('interrupted', 'interrupted: no list was written')
    await rm(path, { recursive: true, force: true })
    await rename(written, path)
  } finally {
    interrupt.end()
    await rm(written, { recursive: true, force: true })
  }
  await work.end()
  const seconds = (performance.now() - start) / 1000
  const leftOut = model.users.ids.count - everyone.users.length
  if (json) return answer(context, { users: everyone.users.length, leftOut, seconds, out, engine: `Spark ${version}` })
  tellLeftOut(host, leftOut)
  host.out(
    `recommended to ${formatCount(everyone.users.length)} users in ${formatDuration(seconds)} by Spark ${version}\nsaved ${out}\n`,
  )
}

/** The vectors of a side; another score cannot be ranked by vectors, and the hint says what can rank it. */
const vectorsFor = (model: Model, side: 'user' | 'item'): SideVectors => {
  try {
    return model.vectors(side)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    throw failure('document', `Spark ${error.message}`, 'recommend without --engine ranks by any score')
  }
}

const rowOf = ({ values, width }: SideVectors, row: number) => values.subarray(row * width, (row + 1) * width)

const writeUsers = async (path: string, model: Model, vectors: SideVectors, { users, skip }: Everyone) => {
  async function* blocks() {
    for (let from = 0; from < users.length; from += BLOCK) {
      const own = Array.from(users.subarray(from, from + BLOCK))
      yield [
        own.map((user) => model.users.ids.at(user)),
        own.map((user) => (skip ? skip.index.subarray(skip.start[user], skip.start[user + 1]) : [])),
        own.map((user) => rowOf(vectors, user)),
      ]
    }
  }
  const columns = [
    { name: 'id', type: 'text' },
    { name: 'seen', type: 'integers' },
    { name: 'vector', type: 'floats' },
  ] as const
  await writeTable(path, columns, blocks())
}

/** Writes the ranked items: `place` numbers them from 0, `row` is the item of `seen`. */
const writeItems = async (path: string, model: Model, vectors: SideVectors, { items }: Everyone) => {
  const names = namesOf(model.items)
  async function* blocks() {
    for (let from = 0; from < items.length; from += BLOCK) {
      const own = Array.from(items.subarray(from, from + BLOCK))
      yield [
        own.map((_, place) => from + place),
        own,
        own.map((item) => model.items.ids.at(item)),
        own.map((item) => names.nameOf(item) ?? null),
        own.map((item) => rowOf(vectors, item)),
      ]
    }
  }
  const columns = [
    { name: 'place', type: 'integer' },
    { name: 'row', type: 'integer' },
    { name: 'id', type: 'text' },
    { name: 'name', type: 'text' },
    { name: 'vector', type: 'floats' },
  ] as const
  await writeTable(path, columns, blocks())
}
