import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  Failure,
  type FitOptions,
  type Graph,
  type LeastSquares,
  type Phase,
  type Program,
  type Progress,
  problemOf,
} from '@recspec/core'
import { readFactors, writeTable } from '@recspec/data'
import { alsProgram, type SparkAls, sparkAls, sparkSettings } from '@recspec/export'
import { failure, hintOf } from '../exit.js'
import type { Host } from '../host.js'
import type { EngineOptions } from './options.js'
import { findSparkSubmit, submitSpark } from './spark.js'
import { checkWork, openWork, type Work } from './work.js'

/**
 * A graph whose phases Spark trains in place of their solvers. Throws a failure where one of them is not alternating
 * least squares of one matrix, where Spark is not found, and where a cluster has no folder to read.
 */
export const sparkGraph = async (host: Host, graph: Graph, options: EngineOptions): Promise<Graph> => {
  const binds = graph.phases.map((phase) => bound(graph, phase))
  checkWork(options)
  await findSparkSubmit(host)
  const phases = graph.phases.map((phase, index) => {
    const fit = (_: unknown, __: unknown, program: Program, run: FitOptions) =>
      withEngineFailures(fitOnSpark(host, graph.name, binds[index]!(program), program, run, options))
    // the sizes that a solver of this process would need do not count
    const { memory: _, ...solver } = phase.solver
    return { ...phase, solver: { ...solver, memory: () => [], fit } }
  })
  return { ...graph, phases }
}

/** What the engine throws as its own failure: nothing of it is the fault of the solver that it replaces. */
async function* withEngineFailures(reports: AsyncGenerator<Progress>): AsyncGenerator<Progress> {
  try {
    yield* reports
  } catch (error) {
    if (!(error instanceof Error) || error.name === 'Failure') throw error
    // a failure of the command line has its own exit code; core lets pass what is named so
    if ('reason' in error) throw Object.assign(error, { name: 'Failure' })
    throw new Failure('engine', error.message, hintOf(error), error)
  }
}

const bound = (graph: Graph, phase: Phase): ((program: Program) => LeastSquares) => {
  const { solver, params, type } = phase
  const found = solver.leastSquares?.(params, problemOf(graph, phase))
  if (typeof found === 'function') return found
  throw failure(
    'document',
    found === undefined ? `Spark cannot take the place of "${type}"` : `Spark ${found}`,
    found === undefined ? 'it trains what "imf/als" trains' : 'train without --engine, or leave it out of the score',
  )
}

async function* fitOnSpark(
  host: Host,
  name: string,
  problem: LeastSquares,
  program: Program,
  run: FitOptions,
  options: EngineOptions,
): AsyncGenerator<Progress> {
  const als = sparkAls(problem)
  if ('reason' in als) throw new Failure('training', als.reason, als.hint)
  const { iterations } = problem
  const examples = program.dataset.events.count
  const tell = (iteration: number) =>
    run.onStep?.({
      epoch: Math.min(iteration + 1, iterations),
      ...{ epochs: iterations, step: 2 * iteration, examples: 0, total: examples },
    })
  const work = await openWork(host, options)
  const version = await trainOnSpark(host, name, als, work, { run, options, tell })
  if (version === undefined) throw failure('stopped', 'interrupted: Spark was stopped, and nothing was written')
  for (const side of ['user', 'item'] as const) {
    const { values } = problem[side]
    values.fill(0)
    await readFactors(join(work.folder, 'factors', side, '*.parquet'), problem.dim, values)
    for (let at = 0; at < values.length; at++) values[at]! *= als.scale[side]
  }
  await work.end()
  const loss = await problem.objective()
  const metrics = await run.validate?.()
  yield {
    ...{ epoch: iterations, epochs: iterations, step: 2 * iterations, loss, examples },
    ...(metrics ? { metrics } : {}),
    engine: `Spark ${version} (MLlib ALS)`,
    state: () => ({ numbers: {}, arrays: {} }),
  }
}

interface Watch {
  readonly run: FitOptions
  readonly options: EngineOptions
  tell(iteration: number): void
}

/** Runs the program; resolves to the version of Spark, or to undefined where the run was stopped. */
const trainOnSpark = async (
  host: Host,
  name: string,
  als: SparkAls,
  work: Work,
  { run, options, tell }: Watch,
): Promise<string | undefined> => {
  const place = (part: string) => join(work.folder, part)
  const cells = als.cells.rating.length
  const padding = als.padding ? sum(als.padding.user) + sum(als.padding.item) : 0
  const settings = sparkSettings(cells + padding, work.threads)
  await rm(place('factors'), { recursive: true, force: true })
  await writeFile(place('als.py'), alsProgram(name, als, settings))
  await writeCells(place('cells.parquet'), als)
  if (als.padding) await writePadding(place('padding.parquet'), als.padding)
  let version: string | undefined
  tell(0)
  const over = await submitSpark(host, {
    ...{ work, name, program: 'als.py', driverMemory: settings.driverMemory },
    args: [place('cells.parquet'), place('padding.parquet'), place('factors'), place('checkpoints'), String(run.seed)],
    conf: [`spark.sql.shuffle.partitions=${settings.blocks}`, ...(options.conf ?? [])],
    ...(run.signal ? { signal: run.signal } : {}),
    onLine: ({ spark, iteration }) => {
      if (typeof spark === 'string') version = spark
      if (typeof iteration === 'number') tell(iteration)
    },
  })
  return over ? version : undefined
}

const sum = (counts: Int32Array): number => counts.reduce((total, count) => total + count, 0)

/** Cells that are written at a time. */
const BLOCK = 2 ** 18

/** The rows of both sides of a cell. */
const ROWS = [
  { name: 'user', type: 'integer' },
  { name: 'item', type: 'integer' },
] as const

const writeCells = async (path: string, { cells: { user, item, rating } }: SparkAls): Promise<void> => {
  async function* blocks() {
    for (let from = 0; from < rating.length; from += BLOCK)
      yield [user, item, rating].map((values) => values.subarray(from, from + BLOCK))
  }
  await writeTable(path, [...ROWS, { name: 'rating', type: 'float' }], blocks())
}

/** Writes how many ratings of 0 each row gets with row 0 of the other side. */
const writePadding = async (path: string, { user, item }: NonNullable<SparkAls['padding']>): Promise<void> => {
  const rowsOf = (counts: Int32Array) => Int32Array.from(counts.keys()).filter((row) => counts[row]! > 0)
  const [users, items] = [rowsOf(user), rowsOf(item)]
  async function* blocks() {
    yield [users, new Int32Array(users.length), users.map((row) => user[row]!)]
    yield [new Int32Array(items.length), items, items.map((row) => item[row]!)]
  }
  await writeTable(path, [...ROWS, { name: 'count', type: 'integer' }], blocks())
}
