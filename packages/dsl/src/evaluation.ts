import {
  type EvaluationSpec,
  type Head,
  type MetricSpec,
  type Phase,
  type TypedParams,
  takesVariant,
} from '@recspec/core'
import type { Catalog } from './catalog.js'
import type { Report } from './diagnostic.js'
import { splitEntry } from './grammar.js'
import type { Heads } from './heads.js'
import { fillDefaults } from './jsonschema.js'
import {
  invalidMetric,
  metricNeedsK,
  metricTakesNoK,
  needsDistribution,
  needsProbabilities,
  noPredictingHead,
  noRankingHead,
  unknownMetric,
  unknownVariant,
} from './messages.js'
import { callOperator } from './operator.js'
import { isObject, type Path } from './pointer.js'
import type { Spec } from './spec.js'
import type { Suggest } from './suggest.js'

/** The section `evaluation`: metrics taken apart, and what is measured where the document does not say. */
export const resolveEvaluation = (
  spec: Spec,
  { heads, ranking }: Heads,
  phases: readonly (Phase | undefined)[],
  catalog: Catalog,
  report: Report,
  suggest: Suggest,
): EvaluationSpec => {
  const { split, validation, candidates, metrics } = spec.evaluation
  const whole = !spec.unreadable && heads.size === spec.heads.size && heads.size > 0
  const measured = whole ? measuredHead(heads, ranking) : undefined
  const samples = phases.at(-1)?.solver.kind === 'samples'
  const known = phases.length > 0 && phases.every((phase) => phase !== undefined)
  const predicts = [...heads.values()].some(({ target }) => target !== undefined)
  const read = (text: string, path: Path): readonly MetricSpec[] => {
    const found = readMetric(text, path, catalog, report, suggest)
    const of = found && catalog.metrics.get(found.name)!.of
    // a broken head may be the one that ranks or predicts
    if (whole && of === 'rankings' && !ranking) report(path, noRankingHead(`"${text}" needs one`))
    if (whole && of === 'predictions' && !predicts) report(path, noPredictingHead(text))
    else if (found && measured) {
      const metric = catalog.metrics.get(found.name)!
      const { type, definition, params } = measured.loss
      if (metric.needsDistribution && known && !samples && definition.deviation?.(params) === undefined)
        report(path, needsDistribution(text, type))
      else if (metric.needsProbabilities && !definition.logits)
        report(path, needsProbabilities(text, measured.name, type))
    }
    return found ? [found] : []
  }
  const written = metrics?.flatMap((text, index) =>
    text === undefined ? [] : read(text, ['evaluation', 'metrics', `${index}`]),
  )
  const { search } = spec
  if (isObject(search) && typeof search['metric'] === 'string') read(search['metric'], ['search', 'metric'])
  for (const { type, path, definition, params } of spec.solvers) {
    if (!params) continue
    const call = { type, method: 'validates', path: [...path, 'type'] }
    for (const text of callOperator(call, report, () => definition?.validates?.(params))?.value ?? [])
      read(text, [...path, ...(pathToText(params, text) ?? [])])
  }
  const usual = defaultMetrics(ranking ?? [...heads.values()][0], catalog)
  return {
    split: (split ?? defaultSplit(catalog)) as TypedParams,
    ...(validation && { validation: validation as TypedParams }),
    candidates: candidates as TypedParams,
    metrics: written ?? usual.flatMap((text) => readMetric(text, [], catalog, () => {}, suggest) ?? []),
  }
}

/** The head whose predictions core measures: the first with a target, else the one that ranks, else the first. */
const measuredHead = (heads: Heads['heads'], ranking: Head | undefined): Head =>
  [...heads.values()].find(({ target }) => target) ?? ranking ?? [...heads.values()][0]!

/** Where a text stands in parameters, whatever they mean. */
const pathToText = (params: unknown, text: string): Path | undefined => {
  if (params === text) return []
  for (const [key, value] of typeof params === 'object' && params !== null ? Object.entries(params) : []) {
    const inner = pathToText(value, text)
    if (inner) return [key, ...inner]
  }
  return undefined
}

const form = /^([A-Za-z]+)(?:@([1-9]\d{0,5}))?(?:\(([^()]*)\))?$/

const readMetric = (
  text: string,
  path: Path,
  catalog: Catalog,
  report: Report,
  suggest: Suggest,
): MetricSpec | undefined => {
  const parts = form.exec(text)
  if (!parts) return void report(path, invalidMetric(text))
  const [, name, k, variant] = parts as unknown as [string, string, string?, string?]
  const metric = catalog.metrics.get(name)
  if (!metric) return void report(path, unknownMetric(name, suggest(name, catalog.metrics.keys())))
  if (metric.k === 'required' && k === undefined) return void report(path, metricNeedsK(name))
  if (metric.k === 'none' && k !== undefined) return void report(path, metricTakesNoK(name, text))
  if (variant !== undefined && !takesVariant(metric, variant))
    return void report(path, unknownVariant(name, variant, metric.variants))
  return { text, name, ...(k !== undefined && { k: Number(k) }), ...(variant !== undefined && { variant }) }
}

/** Errors of a number that is predicted as it is, of a probability otherwise, ranks where cells are compared with each other. */
const defaultMetrics = (head: Head | undefined, { metrics }: Catalog): readonly string[] => {
  if (!head) return []
  const { definition, params } = head.loss
  const { items } = definition.examples(params)
  const pointwise = head.target !== undefined && (items === 'own' || items === 'none')
  const names = !pointwise ? ['hr@10', 'ndcg@10'] : definition.logits ? ['logloss', 'accuracy'] : ['rmse']
  return names.filter((text) => metrics.has(text.replace(/@.*/, '')))
}

/** A tenth of the events at random. */
const defaultSplit = ({ splits }: Catalog): unknown => {
  const written = { type: 'ratio', share: 0.1 }
  const definition = splits.get(written.type)
  return definition ? { ...(fillDefaults(splitEntry(definition), written) as object) } : written
}
