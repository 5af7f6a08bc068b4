import { resolve } from 'node:path'
import { type Comparison, compare, mismatchOf } from '@recspec/study'
import type { Context } from '../context.js'
import { failure } from '../exit.js'
import { watchInterrupt } from '../interrupt.js'
import { checkFolder } from '../output/destination.js'
import { baselineName } from '../output/metrics.js'
import { progress } from '../output/progress.js'
import {
  type Competitor,
  type CompetitorOptions,
  eachCompetitor,
  type OpenCompetitor,
  readSources,
} from './competitor.js'

/** The options of a comparison. */
export interface ComparingOptions extends CompetitorOptions {
  readonly samples: number
}

/** Metrics of a model that only counts: popularity, item means. */
export interface Baseline {
  readonly name: string
  readonly metrics: Readonly<Record<string, number>>
}

/** Models that were compared. */
export interface Compared {
  readonly comparison: Comparison
  readonly competitors: readonly Competitor[]
  readonly baselines: readonly Baseline[]
}

/** Of intervals; 5 % is what corrected p-values are held to. */
const LEVEL = 0.95

/** Trains, measures and compares documents and models; `use` gets each of them while its model is open. */
export const runComparison = async (
  context: Context,
  files: readonly string[],
  options: ComparingOptions,
  use: (open: OpenCompetitor) => Promise<void> = async () => {},
): Promise<Compared> => {
  const { host } = context
  if (files.length < 2)
    throw failure('document', 'nothing to compare with', 'name two documents or models, or more: recspec compare A B')
  const sources = await readSources(context, files, options)
  if (options.outDir !== undefined) await checkFolder(resolve(host.cwd, options.outDir), `--out-dir ${options.outDir}`)
  const line = progress(host)
  const interrupt = watchInterrupt(host)
  const competitors: Competitor[] = []
  try {
    await eachCompetitor(context, sources, options, line, interrupt, async (open) => {
      const { model: _, dataset: __, reports: ___, ...competitor } = open
      refuseMismatch(competitors[0], competitor)
      competitors.push(competitor)
      await use(open)
    })
  } finally {
    line.end()
    interrupt.end()
  }
  const models = competitors.map(measuredModel)
  const comparison = compare(models, { samples: options.samples, seed: options.seed, level: LEVEL })
  if (comparison.metrics.length === 0)
    throw failure(
      'document',
      `no metric is measured by every model: ${comparison.omitted.join(', ')}`,
      `give all documents the same metrics: --set '/evaluation/metrics=["…"]'`,
    )
  const compared = comparison.metrics.map(({ metric }) => metric)
  return { comparison, competitors, baselines: baselinesOf(competitors, compared) }
}

const measuredModel = ({ name, graph, evaluation }: Competitor) => ({
  name,
  metrics: graph.evaluation.metrics,
  evaluation,
})

/** Refuses a model that was not measured as the first was, before the next one is trained. */
const refuseMismatch = (first: Competitor | undefined, other: Competitor) => {
  const mismatch = first && mismatchOf(measuredModel(first), measuredModel(other))
  if (!mismatch) return
  throw failure('data', `not comparable: ${mismatch.reason}`, mismatch.hint)
}

/** The baselines of all models: one row where they agree, else one for each model. */
const baselinesOf = (competitors: readonly Competitor[], compared: readonly string[]): readonly Baseline[] => {
  const pick = (metrics: Readonly<Record<string, number>>) =>
    Object.fromEntries(compared.flatMap((name) => (Object.hasOwn(metrics, name) ? [[name, metrics[name]!]] : [])))
  return [
    ...agreed(
      competitors.map(({ name, graph, evaluation: { baseline } }) => ({
        model: name,
        name: baselineName(graph),
        metrics: pick(baseline),
      })),
    ),
    ...agreed(
      competitors.flatMap(({ name, evaluation: { recent } }) =>
        recent ? [{ model: name, name: 'recent popularity', metrics: pick(recent) }] : [],
      ),
    ),
  ]
}

const agreed = (found: readonly (Baseline & { readonly model: string })[]): readonly Baseline[] => {
  const distinct = [...new Map(found.map((one) => [JSON.stringify([one.name, one.metrics]), one])).values()]
  return distinct.map(({ name, metrics, model }) => ({
    name: distinct.filter((one) => one.name === name).length === 1 ? name : `${name} (of ${model})`,
    metrics,
  }))
}
