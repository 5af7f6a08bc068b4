import type { Dataset, Graph, Interval, MetricSpec, Plugin } from '@recspec/core'
import { check, type DocumentSource, documentWith, type Override, SpecError } from '@recspec/dsl'
import {
  type Folds,
  foldsOf,
  type Proposal,
  type Search,
  type SearchSection,
  spaceOf,
  strategies,
} from '@recspec/study'
import { failure } from '../exit.js'
import type { Host } from '../host.js'
import { loadDataset } from '../input/dataset.js'
import { checkSource, readSource } from '../input/document.js'
import type { DataOptions, PluginOptions, RuntimeOptions, SetOptions } from '../input/options.js'
import type { Interrupt } from '../interrupt.js'
import { loadPlugins } from '../project/plugins.js'

/** The options of a search; a process that runs trials for another one gets them as JSON. */
export interface TuneOptions extends PluginOptions, SetOptions, RuntimeOptions, DataOptions {
  readonly seed: number
  readonly workers: number
  readonly budget?: number
  readonly checkpointEvery: Interval
  readonly journal?: string
  readonly out?: string
  readonly json?: true
}

/** A search that is ready to run: its document, its space, its rows. */
export interface Plan {
  readonly graph: Graph
  readonly section: SearchSection
  readonly search: Search
  readonly metric: MetricSpec
  readonly dataset: Dataset
  readonly folds: Folds
  readonly rejected: number
  /** Files that the data was read from. */
  readonly files: readonly string[]
  /** The document as JSON, without its search. */
  readonly base: unknown
  /** The document of a trial as JSON, and its graph; throws a `SpecError` where some settings do not go together. */
  document(proposal: Proposal): unknown
  compile(proposal: Proposal): Graph
}

/** Reads document and data of a search; throws before anything is trained where one of them has a mistake. */
export const openPlan = async (
  host: Host,
  file: string,
  options: TuneOptions,
  interrupt?: Interrupt,
): Promise<Plan> => {
  const source = await readSource(host, file)
  const { graph, diagnostics, omitted } = await checkSource(host, source, options)
  if (!graph) throw new SpecError(diagnostics, omitted)
  const { search: section, normalized } = documentWithSearch(graph, source, options)
  if (!section)
    throw failure(
      'document',
      `"${file}" has no section "search"`,
      'docs/search.md says how to write one; recspec train trains a document as it is',
    )
  if (normalized)
    throw failure(
      'document',
      `"${file}" is a normalized document, whose macros are expanded`,
      'give the document that it was made from: its pointers are those of the search',
    )
  const plugins = await loadPlugins(host.cwd, options.plugin ?? [], file)
  const { dataset, rejected, files } = await loadDataset(host, options, undefined, interrupt)
  const { type, ...params } = section.strategy
  const strategy = strategies[type]!
  const search: Search = {
    strategy,
    params,
    space: spaceOf(section.parameters),
    seed: options.seed,
    workers: options.workers,
  }
  const trials = trialDocuments(source, options.set ?? [], search, plugins)
  return {
    graph,
    section,
    search,
    metric: graph.validationMetrics.get(section.metric)!,
    dataset,
    folds: foldsOf(graph, dataset, options.seed),
    rejected,
    files,
    ...trials,
  }
}

/** The search of a compiled document, and whether the document was normalized before. */
const documentWithSearch = (graph: Graph, source: DocumentSource, { set = [] }: TuneOptions) => {
  const { search } = graph.document as { readonly search?: SearchSection }
  const { normalized } = documentWith(source, set) as { readonly normalized?: boolean }
  return { search, normalized: normalized === true }
}

const trialDocuments = (
  source: DocumentSource,
  set: readonly Override[],
  { space, strategy, params }: Search,
  plugins: readonly Plugin[],
): Pick<Plan, 'base' | 'document' | 'compile'> => {
  const json = documentWith(source, set)
  const base = { name: source.name, text: JSON.stringify(json) }
  const overridesOf = ({ settings, budget }: Proposal): readonly Override[] => [
    ...space.flatMap(({ name, at }) => at.map((pointer) => ({ pointer, value: settings[name] }))),
    ...(budget === undefined ? [] : strategy.budget!(params).at.map((pointer) => ({ pointer, value: budget }))),
  ]
  return {
    base: json,
    document: (proposal) => documentWith(base, overridesOf(proposal)),
    compile: (proposal) => {
      const { graph, diagnostics, omitted } = check(base, plugins, overridesOf(proposal))
      if (!graph) throw new SpecError(diagnostics, omitted)
      return graph
    },
  }
}
