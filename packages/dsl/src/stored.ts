import {
  type CandidateSet,
  builtin as coreBuiltin,
  Failure,
  type Graph,
  type Loss,
  type Metric,
  type Plugin,
  type Sampler,
  type Solver,
  type Split,
  type StoredLoss,
  type StoredModel,
} from '@recspec/core'
import { compileServing } from './compile.js'
import { isObject } from './pointer.js'

/**
 * Compiles the document of a model for serving. An operator that only training needs (loss, solver, metric, split,
 * candidate set, sampler) of a plugin that is not among `plugins` is replaced by what the file says of it; calling it
 * throws a `Failure` that names the plugin, and its metrics are not measured. Throws a `SpecError` where an input or an
 * op is unknown.
 */
export const compileStored = (
  document: unknown,
  plugins: readonly Plugin[],
  stored: StoredModel,
  builtin: Plugin = coreBuiltin,
): Graph => {
  const missing = trainingPlugins(document).filter((prefix) => plugins.every(({ name }) => name !== prefix))
  const standIns = missing.map((prefix) => standIn(prefix, document, stored))
  const graph = compileServing(document, [...plugins, ...standIns], builtin)
  if (missing.length === 0) return graph
  const { metrics } = graph.evaluation
  const known = metrics.filter(({ name }) => !missing.includes(prefixOf(name)))
  return { ...graph, evaluation: { ...graph.evaluation, metrics: known } }
}

/** The plugins of the operators of a document that only training needs. */
export const trainingPlugins = (document: unknown): readonly string[] => [
  ...new Set(
    [...uses(document).values()]
      .flatMap((section) => [...section.keys()])
      .map(prefixOf)
      .filter((prefix) => prefix !== ''),
  ),
]

const prefixOf = (type: string) => /^([a-z][a-z0-9-]*)\//.exec(type)?.[1] ?? ''

type Section = 'losses' | 'solvers' | 'metrics' | 'splits' | 'candidates' | 'samplers'

/** The operators that only training needs, by section and name, with the entries or the metric texts that use them. */
const uses = (document: unknown): ReadonlyMap<Section, ReadonlyMap<string, readonly unknown[]>> => {
  const found = new Map<Section, Map<string, unknown[]>>()
  const add = (section: Section, type: unknown, entry: unknown) => {
    if (typeof type !== 'string') return
    const types = found.get(section) ?? found.set(section, new Map()).get(section)!
    types.set(type, [...(types.get(type) ?? []), entry])
  }
  const addMetric = (text: unknown) => {
    if (typeof text === 'string') add('metrics', text.replace(/[@(].*$/, ''), text)
  }
  const root = recordOf(document)
  for (const head of Object.values(recordOf(root['heads']))) {
    const loss = recordOf(recordOf(head)['loss'])
    add('losses', loss['type'], loss)
    const { type: _, ...params } = loss
    for (const { value, entry } of strings(params)) if (prefixOf(value) !== '') add('samplers', value, entry)
  }
  const { solver } = root
  for (const one of Array.isArray(solver) ? solver : [solver]) {
    const { type, ...params } = recordOf(one)
    add('solvers', type, one)
    for (const { value } of strings(params)) if (prefixOf(value) !== '') addMetric(value)
  }
  const { split, validation, candidates, metrics } = recordOf(root['evaluation'])
  for (const one of [split, validation]) add('splits', recordOf(one)['type'], one)
  add('candidates', recordOf(candidates)['type'], candidates)
  if (Array.isArray(metrics)) metrics.forEach(addMetric)
  return found
}

const recordOf = (value: unknown): Readonly<Record<string, unknown>> => (isObject(value) ? value : {})

/** Every text in a value, with the object that has it. */
function* strings(value: unknown, entry: unknown = {}): Iterable<{ readonly value: string; readonly entry: unknown }> {
  if (typeof value === 'string') yield { value, entry }
  else if (Array.isArray(value)) for (const one of value) yield* strings(one, {})
  else if (isObject(value)) for (const one of Object.values(value)) yield* strings(one, value)
}

/** A plugin that is not there, with what the file says of its operators. */
const standIn = (prefix: string, document: unknown, stored: StoredModel): Plugin => {
  const used = uses(document)
  const section = <T>(name: Section, make: (type: string, entries: readonly unknown[]) => T): Record<string, T> =>
    Object.fromEntries(
      [...(used.get(name) ?? [])]
        .filter(([type]) => prefixOf(type) === prefix)
        .map(([type, entries]) => [type.slice(prefix.length + 1), make(type, entries)]),
    )
  const identity = stored.madeBy.plugins.find(({ name }) => name === prefix)
  const refuse = (type: string) => (): never => {
    const from = identity && identity.package !== 'unknown' ? identity.package : undefined
    throw new Failure(
      'plugin',
      `missing plugin "${prefix}", which has "${type}"`,
      `pass --plugin ${from ?? '<package>'}, or list it in recspec.config.json`,
    )
  }
  const ranks = !Object.values(recordOf(recordOf(document)['heads'])).some((head) => 'target' in recordOf(head))
  return {
    name: prefix,
    apiVersion: 1,
    ...(identity && { package: identity.package, version: identity.version }),
    losses: section('losses', (type, entries) => standInLoss(type, entries, document, stored, refuse(type))),
    solvers: section('solvers', (type, entries) => ({
      summary: absent,
      params: paramsOf(entries, ['heads', 'trains']),
      kind: stored.solvers[solversOf(document).findIndex((one) => recordOf(one)['type'] === type)] ?? 'minimises',
      fit: refuse(type) as Solver['fit'],
    })),
    metrics: section('metrics', (type, texts) => standInMetric(texts as readonly string[], ranks, refuse(type))),
    splits: section(
      'splits',
      (type, entries): Split => ({ summary: absent, params: paramsOf(entries), holdOut: refuse(type) }),
    ),
    candidates: section(
      'candidates',
      (type, entries): CandidateSet => ({
        summary: absent,
        params: paramsOf(entries),
        protocol: refuse(type),
        rank: refuse(type),
      }),
    ),
    samplers: section(
      'samplers',
      (type, entries): Sampler => ({ summary: absent, params: paramsOf(entries), weights: refuse(type) }),
    ),
  }
}

const absent = 'An operator of a plugin that is not loaded.'

const solversOf = (document: unknown): readonly unknown[] => {
  const { solver } = recordOf(document)
  return Array.isArray(solver) ? solver : [solver]
}

/** A schema that takes the parameters of all entries as they are. */
const paramsOf = (entries: readonly unknown[], common: readonly string[] = []) =>
  ({
    type: 'object',
    properties: Object.fromEntries(
      entries
        .flatMap((entry) => Object.keys(recordOf(entry)))
        .filter((name) => name !== 'type' && !common.includes(name))
        .map((name) => [name, {}]),
    ),
  }) as unknown as Loss['params']

const standInLoss = (
  type: string,
  entries: readonly unknown[],
  document: unknown,
  stored: StoredModel,
  refuse: () => never,
): Loss => {
  const sameParams = (a: unknown, b: unknown) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
  const heads = Object.entries(recordOf(recordOf(document)['heads'])).flatMap(([name, head]) => {
    const { type: found, ...params } = recordOf(recordOf(head)['loss'])
    const own = Object.hasOwn(stored.losses, name) ? stored.losses[name] : undefined
    return found === type && own ? [{ params, own }] : []
  })
  const of = (params: unknown): StoredLoss =>
    (heads.find((head) => sameParams(head.params, params)) ?? heads[0])?.own ?? refuse()
  const [first] = heads
  if (!first) return refuse()
  return {
    summary: absent,
    params: paramsOf(entries),
    inputs: first.own.inputs,
    ...(first.own.logits && { logits: true }),
    ...(first.own.predicts && { predicts: first.own.predicts }),
    ...(first.own.classes && { classes: true }),
    examples: (params) => of(params).examples,
    apply: refuse,
    deviation: (params) => of(params).deviation,
    ...(first.own.quadratic && {
      quadratic: () => ({
        target: refuse,
        weight: refuse,
        get unobserved(): number {
          return refuse()
        },
      }),
    }),
  }
}

const sorted = (value: unknown) => Object.entries(recordOf(value)).sort(([a], [b]) => (a < b ? -1 : 1))

const standInMetric = (texts: readonly string[], ranks: boolean, refuse: () => never): Metric => {
  const variants = texts.flatMap((text) => /\(([^()]*)\)$/.exec(text)?.[1] ?? [])
  return {
    summary: absent,
    of: ranks ? 'rankings' : 'predictions',
    better: 'higher',
    k: texts.some((text) => text.includes('@')) ? 'required' : 'none',
    variants: [...new Set(variants)],
    ...(ranks ? { ranking: refuse } : { predictions: refuse }),
  }
}
