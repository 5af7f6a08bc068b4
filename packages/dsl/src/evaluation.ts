import {
  type CandidateSet,
  type Chosen,
  comparesItems,
  type EvaluationSpec,
  type Head,
  type MetricSpec,
  type Phase,
  predictingHead,
  readMetric,
  type Split,
} from '@recspec/core'
import type { Catalog } from './catalog.js'
import type { Report } from './diagnostic.js'
import { evaluationEntry } from './grammar.js'
import type { Heads } from './heads.js'
import { fillDefaults } from './jsonschema.js'
import {
  invalidMetric,
  measuresNoClasses,
  metricNeedsK,
  metricTakesNoK,
  needsDistribution,
  needsProbabilities,
  noPredictingHead,
  noRankingHead,
  unknownVariant,
} from './messages.js'
import { callOperator } from './operator.js'
import type { Path } from './pointer.js'
import type { Spec } from './spec.js'
import type { Suggest } from './suggest.js'
import { explainUnknownType } from './unknowntype.js'

/** The section `evaluation`: parsed metrics, with defaults where the document has none. */
export const resolveEvaluation = (
  spec: Spec,
  { heads, ranking }: Heads,
  phases: readonly (Phase | undefined)[],
  catalog: Catalog,
  report: Report,
  suggest: Suggest,
): ResolvedEvaluation => {
  const { split, validation, candidates, metrics } = spec.evaluation
  const validationMetrics = new Map<string, MetricSpec>()
  const whole = !spec.unreadable && heads.size === spec.heads.size && heads.size > 0
  const measured = whole ? predictingHead({ heads, ...(ranking && { ranking }) }) : undefined
  const samples = phases.at(-1)?.solver.kind === 'samples'
  const known = phases.length > 0 && phases.every((phase) => phase !== undefined)
  const predicts = [...heads.values()].some(({ target }) => target !== undefined)
  const read = (text: string, path: Path): readonly MetricSpec[] => {
    const found = parsedMetric(text, path, catalog, report, suggest)
    const of = found?.definition.of
    // a head with a mistake may be the one that ranks or predicts
    if (whole && found && of !== 'predictions' && !ranking) report(path, noRankingHead(`"${text}" needs one`))
    if (whole && of === 'predictions' && !predicts) report(path, noPredictingHead(text))
    else if (found && measured) {
      const metric = found.definition
      const { type, definition, params } = measured.loss
      if (of === 'predictions' && measured.target?.classes && !metric.takesClasses)
        report(path, measuresNoClasses(text, measured.name))
      else if (metric.needsDistribution && known && !samples && definition.deviation?.(params) === undefined)
        report(path, needsDistribution(text, type))
      else if (metric.needsProbabilities && definition.predicts !== 'probability')
        report(path, needsProbabilities(text, measured.name, type, catalog.metrics.get(found.name)?.k !== 'none'))
    }
    return found ? [found] : []
  }
  const written = metrics?.flatMap((text, index) =>
    text === undefined ? [] : read(text, ['evaluation', 'metrics', `${index}`]),
  )
  const { search } = spec
  for (const found of search ? read(search.metric, ['search', 'metric']) : []) validationMetrics.set(found.text, found)
  for (const { type, path, definition, params } of spec.solvers) {
    if (!params) continue
    const call = { type, method: 'validates', path: [...path, 'type'] }
    for (const text of callOperator(call, report, () => definition?.validates?.(params))?.value ?? [])
      for (const found of read(text, [...path, ...(pathToText(params, text) ?? [])])) validationMetrics.set(text, found)
  }
  const usual = defaultMetrics(ranking, [...heads.values()][0], catalog)
  const all = written ?? usual.flatMap((text) => parsedMetric(text, [], catalog, () => {}, suggest) ?? [])
  const chosen = {
    split: split ?? defaultSplit(catalog),
    ...(validation && { validation }),
    candidates: candidates ?? defaultCandidates(catalog),
  }
  return {
    spec: { ...chosen, metrics: all },
    validationMetrics,
    types: [
      ...Object.values(chosen).map(({ type }) => type),
      ...[...all, ...validationMetrics.values()].map(({ name }) => name),
    ],
  }
}

/** What the section `evaluation` and the solvers say about measuring. */
export interface ResolvedEvaluation {
  readonly spec: EvaluationSpec
  /** Metrics that solvers measure on validation rows, by their text. */
  readonly validationMetrics: ReadonlyMap<string, MetricSpec>
  /** Names of all operators that are used. */
  readonly types: readonly string[]
}

/** The path of a string in parameters. */
const pathToText = (params: unknown, text: string): Path | undefined => {
  if (params === text) return []
  for (const [key, value] of typeof params === 'object' && params !== null ? Object.entries(params) : []) {
    const inner = pathToText(value, text)
    if (inner) return [key, ...inner]
  }
  return undefined
}

const parsedMetric = (
  text: string,
  path: Path,
  catalog: Catalog,
  report: Report,
  suggest: Suggest,
): MetricSpec | undefined => {
  const { metrics } = catalog
  const found = readMetric(text, (name) => metrics.get(name))
  if (!('mistake' in found)) return found
  switch (found.mistake) {
    case 'form':
      return void report(path, invalidMetric(text))
    case 'unknown':
      return void report(path, explainUnknownType('metric', found.name, metrics, catalog, suggest))
    case 'needs-k':
      return void report(path, metricNeedsK(found.name))
    case 'takes-no-k':
      return void report(path, metricTakesNoK(found.name, text))
    case 'variant':
      return void report(path, unknownVariant(found.name, found.variant, found.definition.variants))
  }
}

/**
 * Default metrics: rmse for numbers, logloss and accuracy for probabilities, ranking metrics for losses that compare
 * items.
 */
const defaultMetrics = (
  ranking: Head | undefined,
  first: Head | undefined,
  { metrics }: Catalog,
): readonly string[] => {
  const head = ranking ?? first
  if (!head) return []
  const { definition } = head.loss
  const names =
    comparesItems(head) || !head.target
      ? ranking
        ? ['hr@10', 'ndcg@10']
        : []
      : head.target.classes
        ? ['logloss', 'accuracy', 'f1']
        : definition.predicts === 'probability'
          ? ['logloss', 'accuracy']
          : ['rmse']
  return names.filter((text) => metrics.has(text.replace(/@.*/, '')))
}

/** The default split: a random tenth of the events. */
const defaultSplit = ({ splits }: Catalog): Chosen<Split> => {
  const definition = splits.get('ratio')!
  const { type, ...params } = fillDefaults(evaluationEntry(definition), { type: 'ratio' }) as Record<string, unknown>
  return { type: type as string, definition, params }
}

/** Every item that the user does not have in training. */
const defaultCandidates = ({ candidates }: Catalog): Chosen<CandidateSet> => ({
  type: 'all',
  definition: candidates.get('all')!,
  params: {},
})
