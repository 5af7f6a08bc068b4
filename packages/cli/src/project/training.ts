import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { contentDigest, type Graph, type Interval, type Trained, train } from '@recspec/core'
import type { Context } from '../context.js'
import { failure, printError } from '../exit.js'
import type { Host } from '../host.js'
import { loadDataset } from '../input/dataset.js'
import type { DataOptions, PluginOptions, ReportOptions, RuntimeOptions } from '../input/options.js'
import { readResume } from '../input/resume.js'
import { watchInterrupt } from '../interrupt.js'
import { checkDestination, checkOverlap, type InputFile } from '../output/destination.js'
import { type ProgressLine, progress } from '../output/progress.js'
import { save } from '../output/save.js'
import { trainingPage } from '../report/training.js'
import { openLog } from './log.js'
import { listedPlugin } from './plugins.js'
import { openRuntime } from './runtime.js'

/** The options of a training run. */
export interface TrainingOptions extends PluginOptions, RuntimeOptions, DataOptions, ReportOptions {
  readonly seed: number
  readonly budget?: number
  readonly out?: string
  readonly resume?: string
  readonly checkpointEvery?: Interval
  readonly segments?: readonly string[]
  /** Leave the training interactions out of the model. */
  readonly compact?: true
  /** Files of JSON lines, or folders of TensorBoard's event files, that get every report. */
  readonly log?: readonly string[]
}

/** A training run that ended, with its model saved. */
export interface TrainingResult {
  readonly graph: Graph
  readonly trained: Trained
  /** The file of the model, or of the checkpoint of an interrupted run. */
  readonly path: string
  /** Bytes of the file, and the digest of its content without the versions that wrote it. */
  readonly size: number
  readonly digest: string
  /** The file was saved without the training interactions. */
  readonly compact: boolean
  readonly rejected: number
  readonly backend: string
  readonly threads: number
}

/** The path of the checkpoint of a model: in the same folder, and never the path of the model. */
const checkpointPath = (path: string) => `${path.replace(/\.safetensors$/, '')}.checkpoint.safetensors`

/**
 * Trains a graph that was compiled from `file` and saves the model. Places that cannot be written are refused before.
 */
export const runTraining = async (
  context: Context,
  file: string,
  graph: Graph,
  options: TrainingOptions,
): Promise<TrainingResult> => {
  const { host } = context
  const path = options.out ?? `${graph.name.replace(/[^\w.-]+/g, '-')}.safetensors`
  const checkpoint = checkpointPath(path)
  const { data, items, users, resume } = options
  await checkPlaces(host, path, resume, [
    { path: file, what: 'the document' },
    { path: data, what: 'the data' },
    ...(items === undefined ? [] : [{ path: items, what: 'the table of items' }]),
    ...(users === undefined ? [] : [{ path: users, what: 'the table of users' }]),
    ...(options.plugin ?? []).map((plugin) => ({ path: listedPlugin(plugin).module, what: 'a plugin' })),
  ])
  if ('search' in (graph.document as object))
    host.err('"search" is not run by train: the document is trained with the values it has; recspec tune runs it\n')
  const page =
    options.report === undefined
      ? undefined
      : await trainingPage(context, options.report, graph, { ...options, out: path }, file)
  const line = progress(host)
  const interrupt = watchInterrupt(host)
  try {
    line.note(`reading ${data}`)
    const { dataset, rejected, files } = await loadDataset(host, options, undefined, interrupt)
    await checkPlaces(
      host,
      path,
      resume,
      files.map((name) => ({ path: name, what: 'a file of the data' })),
    )
    const runtime = await openRuntime(host, options)
    try {
      interrupt.check()
      const logs = (options.log ?? []).map((log) => openLog(host.cwd, log))
      line.note(`training ${graph.name}`)
      const trained = await train(graph, dataset, {
        seed: options.seed,
        ...(options.segments ? { segments: options.segments } : {}),
        ...(resume === undefined ? {} : { resume: await readResume(host, resume, graph, options.seed) }),
        kernels: runtime.kernels,
        source: { data, ...(items === undefined ? {} : { items }), ...(users === undefined ? {} : { users }) },
        signal: interrupt.signal,
        ...(options.budget === undefined ? {} : { budget: options.budget }),
        onReport: (report) => {
          line.report(report)
          for (const log of logs) log.report(report)
          page?.report(report)
        },
        onStep: line.step,
        ...(options.checkpointEvery
          ? {
              checkpointEvery: options.checkpointEvery,
              onCheckpoint: (content) => saveCheckpoint(host, line, checkpoint, content),
            }
          : {}),
      })
      for (const log of logs) log.end(trained)
      const written = trained.interrupted ? checkpoint : path
      line.note(`saving ${written}`)
      // an interrupted run resumes from a complete checkpoint
      const compact = options.compact === true && !trained.interrupted
      const content = await trained.model.save({ compact })
      await saveOrRescue(host, written, content)
      if (!trained.interrupted && options.checkpointEvery) await rm(resolve(host.cwd, checkpoint), { force: true })
      const result = {
        ...{ graph, trained, compact, rejected, path: written, size: content.length },
        digest: await contentDigest(content),
        backend: runtime.backend,
        threads: runtime.kernels.threads,
      }
      if (trained.interrupted && page) host.err(`interrupted: ${options.report} is not written\n`)
      else await page?.write({ ...result, dataset })
      return result
    } finally {
      await runtime.kernels.close()
    }
  } finally {
    line.end()
    interrupt.end()
  }
}

/** Refuses a model or a checkpoint that would be written over an input, or cannot be written at all. */
const checkPlaces = async (host: Host, path: string, resume: string | undefined, inputs: readonly InputFile[]) => {
  const checkpoint = checkpointPath(path)
  await checkDestination(resolve(host.cwd, path), `--out ${path}`)
  await checkDestination(resolve(host.cwd, checkpoint), `the checkpoint ${checkpoint}`)
  // a run that continues may replace the checkpoint it started from, but not by its model
  const started = resume === undefined ? [] : [{ path: resume, what: 'the checkpoint of --resume' }]
  await checkOverlap(host.cwd, path, `--out ${path}`, [...inputs, ...started])
  await checkOverlap(host.cwd, checkpoint, `the checkpoint ${checkpoint}`, inputs)
}

/** Saves a checkpoint during training; a failed write does not end the run. */
const saveCheckpoint = async (host: Host, line: ProgressLine, path: string, content: Uint8Array) => {
  try {
    await save(resolve(host.cwd, path), content)
  } catch (error) {
    line.end()
    host.err(`no checkpoint was kept: ${printError(error, false)}\n`)
  }
}

/** Saves a model; where that fails, saves it in the temporary folder and throws a `Failure` with the path. */
const saveOrRescue = async (host: Host, path: string, content: Uint8Array): Promise<void> => {
  try {
    await save(resolve(host.cwd, path), content)
  } catch (error) {
    let rescued: string
    try {
      rescued = join(await mkdtemp(join(tmpdir(), 'recspec-')), basename(path))
      await save(rescued, content)
    } catch {
      throw error
    }
    throw failure('output', (error as Error).message, `the model is saved in ${rescued}`)
  }
}
