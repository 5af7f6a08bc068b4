import type { EvaluationSpec, Model } from '@recspec/core'
import { check, SpecError } from '@recspec/dsl'
import type { Command } from 'commander'
import type { Host } from '../host.js'
import { loadPlugins } from '../project/plugins.js'
import { collect, type PluginOptions } from './options.js'

/** `--metric`, `--candidates`. */
export interface MeasuringOptions {
  readonly metric?: readonly string[]
  readonly candidates?: unknown
}
export const withMeasuring = (command: Command): Command =>
  command
    .option(
      '--metric <metric>',
      'measure this instead of the metrics of the document: ndcg@20 (repeatable)',
      collect(String),
    )
    .option(
      '--candidates <json>',
      'rank among other items than the document says: all, or \'{"type":"sampled","count":99}\'',
      parseCandidates,
    )

/** Reads `all`, or an object as documents write it. */
export const parseCandidates = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return { type: text }
  }
}

/** What is measured instead of what the document says, checked as if the document said it; throws a `SpecError`. */
export const measuringOf = async (
  host: Host,
  path: string,
  { graph }: Model,
  { metric, candidates, plugin = [] }: MeasuringOptions & PluginOptions,
): Promise<Partial<Pick<EvaluationSpec, 'metrics' | 'candidates'>> | undefined> => {
  if (metric === undefined && candidates === undefined) return undefined
  const { search: _, ...document } = graph.document
  const evaluation = {
    ...(document['evaluation'] as object),
    ...(metric ? { metrics: metric } : {}),
    ...(candidates === undefined ? {} : { candidates }),
  }
  const source = { name: `the document in ${path}`, text: JSON.stringify({ ...document, evaluation }, null, 2) }
  const checked = check(source, await loadPlugins(host.cwd, plugin, path))
  if (!checked.graph) throw new SpecError(checked.diagnostics, checked.omitted)
  const { metrics, candidates: set } = checked.graph.evaluation
  return { metrics, candidates: set }
}
