import { readFile, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import {
  contentDigest,
  type Dataset,
  type Evaluation,
  estimateMemory,
  type Graph,
  type Model,
  type Report,
  train,
} from '@recspec/core'
import type { Context } from '../context.js'
import { failure } from '../exit.js'
import { fileReason } from '../fileerror.js'
import { withModel } from '../input/artifact.js'
import { type LoadedDataset, loadDataset } from '../input/dataset.js'
import { loadGraph } from '../input/document.js'
import { kindOf } from '../input/kind.js'
import type { DataOptions, PluginOptions, RuntimeOptions, SetOptions } from '../input/options.js'
import type { Interrupt } from '../interrupt.js'
import { describe } from '../output/explain/describe.js'
import type { ProgressLine } from '../output/progress.js'
import { save } from '../output/save.js'
import { openRuntime } from './runtime.js'

/** The options that a competitor is trained, read and measured with. */
export interface CompetitorOptions extends DataOptions, PluginOptions, SetOptions, RuntimeOptions {
  readonly seed: number
  readonly budget?: number
  readonly segments?: readonly string[]
  /** A folder that keeps the models. */
  readonly outDir?: string
}

/** A model of a comparison, measured. */
export interface Competitor {
  readonly name: string
  /** The document or the model on the command line. */
  readonly file: string
  /** The file of the model, where there is one. */
  readonly artifact?: string
  readonly graph: Graph
  readonly evaluation: Evaluation
  readonly seed: number
  /** Seconds of training; absent for a model that was trained before. */
  readonly seconds?: number
  /** Bytes that training takes, estimated from the sizes of document and data. */
  readonly memory: number
  /** Bytes of the file of the model. */
  readonly size: number
  readonly digest: string
  readonly backend: string
  readonly threads: number
  /** Rows of the data that could not be read. */
  readonly rejected: number
}

/** A competitor while its model is open. */
export interface OpenCompetitor extends Competitor {
  readonly model: Model
  readonly dataset: Dataset
  /** Reports of training; empty for a model that was trained before. */
  readonly reports: readonly Report[]
}

/** What a file on the command line is: a document to train, or a model. */
export interface Source {
  readonly name: string
  readonly file: string
  /** The compiled document; absent for a model. */
  readonly graph?: Graph
}

/** Reads what is compared; all documents are compiled before the first one is trained. */
export const readSources = async (
  { host }: Context,
  files: readonly string[],
  options: PluginOptions & SetOptions,
): Promise<readonly Source[]> => {
  const sources: Source[] = []
  for (const file of files) {
    const content = await readFile(resolve(host.cwd, file)).catch((error) => {
      throw failure('document', `unreadable file "${file}": ${fileReason(error)}`, 'expected a document or a model')
    })
    if (kindOf(content) !== 'trained model') {
      const graph = await loadGraph(host, file, options)
      sources.push({ name: graph.name, file, graph })
    } else if (options.set) {
      throw failure(
        'document',
        `--set changes documents, and "${file}" is a trained model`,
        'give its document instead',
      )
    } else sources.push({ name: basename(file).replace(/\.safetensors$/, ''), file })
  }
  const names = sources.map(({ name }) => name)
  // two documents of one name are told apart by their files
  return sources.map((one) =>
    names.indexOf(one.name) === names.lastIndexOf(one.name) ? one : { ...one, name: one.file },
  )
}

/** Trains or reads each competitor in turn, measures it on held-out rows, and passes it on while its model is open. */
export const eachCompetitor = async (
  context: Context,
  sources: readonly Source[],
  options: CompetitorOptions,
  line: ProgressLine,
  interrupt: Interrupt,
  use: (open: OpenCompetitor) => Promise<void>,
): Promise<void> => {
  let read: LoadedDataset | undefined
  for (const source of sources) {
    interrupt.check()
    if (source.graph) {
      line.note(`reading ${options.data}`)
      read ??= await readFor(context, sources, options, interrupt)
      await trainCompetitor(context, { ...source, graph: source.graph }, read, options, line, interrupt, use)
    } else await readCompetitor(context, source, options, line, use)
  }
}

/** Reads the data of all documents, and refuses documents that would be measured in different ways. */
const readFor = async (
  { host }: Context,
  sources: readonly Source[],
  options: DataOptions,
  interrupt: Interrupt,
): Promise<LoadedDataset> => {
  const read = await loadDataset(host, options, undefined, interrupt)
  const { test, candidates } = read.dataset
  const [first, ...others] = sources.flatMap(({ name, graph }) =>
    graph ? [{ name, ...describe(graph).evaluation }] : [],
  )
  for (const other of others)
    for (const part of [...(test ? [] : (['split'] as const)), ...(candidates ? [] : (['candidates'] as const))])
      if (other[part] !== first![part])
        throw failure(
          'document',
          `not comparable: ${first!.name} has the ${part} ${first![part]}, ${other.name} has ${other[part]}`,
          `give all documents the same: --set '/evaluation/${part}={ "type": "…" }'`,
        )
  return read
}

const trainCompetitor = async (
  { host }: Context,
  { name, file, graph }: Source & { readonly graph: Graph },
  { dataset, rejected }: LoadedDataset,
  options: CompetitorOptions,
  line: ProgressLine,
  interrupt: Interrupt,
  use: (open: OpenCompetitor) => Promise<void>,
): Promise<void> => {
  const { seed, budget, segments, outDir, data, items, users } = options
  const runtime = await openRuntime(host, options)
  const reports: Report[] = []
  try {
    line.note(`training ${name}`)
    const trained = await train(graph, dataset, {
      seed,
      units: true,
      kernels: runtime.kernels,
      source: { data, ...(items === undefined ? {} : { items }), ...(users === undefined ? {} : { users }) },
      signal: interrupt.signal,
      ...(segments ? { segments } : {}),
      ...(budget === undefined ? {} : { budget }),
      onReport: (report) => {
        reports.push(report)
        line.report(report)
      },
      onStep: line.step,
    })
    if (trained.interrupted)
      throw failure('interrupted', `interrupted while "${name}" was trained; nothing was compared`)
    if (trained.evaluationError !== undefined) throw trained.evaluationError
    if (!trained.evaluation) throw unmeasured(name)
    const { model, evaluation, seconds } = trained
    const content = await model.save()
    const artifact = outDir === undefined ? undefined : join(outDir, `${name.replace(/[^\w.-]+/g, '-')}.safetensors`)
    if (artifact !== undefined) await save(resolve(host.cwd, artifact), content)
    const { threads } = runtime.kernels
    await use({
      ...{ name, file, graph, evaluation, seed, seconds, model, dataset, reports, threads, rejected },
      ...(artifact === undefined ? {} : { artifact }),
      memory: estimateMemory(graph, dataset, { threads, seed }).bytes,
      size: content.length,
      digest: await contentDigest(content),
      backend: runtime.backend,
    })
  } finally {
    await runtime.kernels.close()
  }
}

const readCompetitor = (
  context: Context,
  { name, file }: Source,
  options: CompetitorOptions,
  line: ProgressLine,
  use: (open: OpenCompetitor) => Promise<void>,
): Promise<void> =>
  withModel(context, file, options, async ({ model, runtime, digest }) => {
    line.note(`measuring ${file}`)
    const { users, items, graph, seed } = model
    const { dataset, rejected } = await loadDataset(context.host, options, { users: users.ids, items: items.ids })
    const { segments } = options
    const evaluation = await model.evaluate(dataset, 'held-out', { units: true, ...(segments ? { segments } : {}) })
    const { size } = await stat(resolve(context.host.cwd, file))
    const { threads } = runtime.kernels
    await use({
      ...{
        name,
        file,
        artifact: file,
        graph,
        evaluation,
        seed,
        model,
        dataset,
        reports: [],
        threads,
        rejected,
        size,
        digest,
      },
      memory: estimateMemory(graph, dataset, { threads, seed }).bytes,
      backend: runtime.backend,
    })
  })

const unmeasured = (name: string) =>
  failure(
    'document',
    `"${name}" measures nothing: it has no metrics or no test rows`,
    'give its section "evaluation" a split and metrics',
  )
