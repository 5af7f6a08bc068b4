import { builtin as coreBuiltin, type Graph, operatorName, type Phase, type Plugin } from '@recspec/core'
import { type Catalog, catalog } from './catalog.js'
import {
  type Diagnostics,
  type DocumentSource,
  type Finding,
  locate,
  type Mistake,
  type Override,
  type Report,
  SpecError,
} from './diagnostic.js'
import { documentOf } from './document.js'
import { resolveEvaluation } from './evaluation.js'
import { resolveHeads } from './heads.js'
import { resolveInputs } from './inputs.js'
import { expandMacros, type Primitives } from './macros.js'
import { operatorFault, tooLargeNormalized } from './messages.js'
import { applyOverrides, exceededLimit, parse } from './parse.js'
import { reportMeans, reportRejections, resolvePhases } from './phases.js'
import { isObject, type Path, pointer } from './pointer.js'
import { resolveReferences } from './references.js'
import { reportSequences } from './sequences.js'
import { inferShapes } from './shapes.js'
import { checkSpace } from './space.js'
import type { Spec } from './spec.js'
import { suggester } from './suggest.js'
import { validate } from './validate.js'

/**
 * Compiles a document to a graph. Pure: reads no data and no files, and uses only the plugins that it is given.
 *
 *     text
 *      │ parse       JSONC to values, size and depth bounded        syntax, too-large, duplicate-key
 *      │ override    values that replace or add others             unknown-pointer
 *     json
 *      │ validate    each entry against the schema of its `type`    unknown-operator, unknown-property, invalid-value
 *     spec
 *      │ inputs      shapes of inputs                               unsupported-entry
 *      │ references  names to nodes at ports                        unknown-node, arity, cycle, unused-node
 *      │ macros      macros to parts `<name>/<part>`                invalid-macro
 *     primitives
 *      │ shapes      shapes, sides, masks, weights, tables          shape
 *      │ heads       nodes at losses, the head that ranks           head-shape, ambiguous-ranking
 *      │ phases      what each solver trains, and whether it can    unknown-trains, unsupported-solver
 *      │ evaluation  splits and metrics                             unknown-metric
 *      │ sequences   whether heads can read a history once          not-causal, unsupported-examples
 *      │ space       the document with each end of a search         invalid-choice
 *     graph          ──> core: lower, fit, rank, save
 *
 * Each pass reads only what the passes before it accepted, so that one mistake gives one diagnostic. Throws one
 * `SpecError`
 * with the diagnostics.
 */
export const compile = (
  source: DocumentSource,
  plugins: readonly Plugin[],
  overrides: readonly Override[] = [],
  builtin: Plugin = coreBuiltin,
): Graph => {
  const { graph, diagnostics, omitted } = check(source, plugins, overrides, builtin)
  if (!graph) throw new SpecError(diagnostics, omitted)
  return graph
}

/**
 * The graph of a document that is already parsed JSON, such as the one in an artifact, with the plugins that it names.
 * Throws a `SpecError` with every diagnostic where the document is invalid, and an Error where a plugin is.
 */
export const compileDocument = (document: unknown, plugins: readonly Plugin[], builtin: Plugin = coreBuiltin): Graph =>
  compile({ name: 'document', text: JSON.stringify(document) ?? '' }, plugins, [], builtin)

/** What `check` finds: a graph, or what is wrong. */
export interface CheckResult extends Diagnostics {
  readonly graph?: Graph
}

/** Like `compile`, but returns the diagnostics instead of throwing. */
export const check = (
  given: DocumentSource,
  plugins: readonly Plugin[],
  overrides: readonly Override[] = [],
  builtin: Plugin = coreBuiltin,
): CheckResult => checkWith(given, plugins, overrides, builtin, true)

/** The graph of a document that will not be trained: solvers are not asked whether they can. Throws a `SpecError`. */
export const compileServing = (document: unknown, plugins: readonly Plugin[], builtin: Plugin): Graph => {
  const source = { name: 'document', text: JSON.stringify(document) ?? '' }
  const { graph, diagnostics, omitted } = checkWith(source, plugins, [], builtin, false)
  if (!graph) throw new SpecError(diagnostics, omitted)
  return graph
}

const checkWith = (
  given: DocumentSource,
  plugins: readonly Plugin[],
  overrides: readonly Override[],
  builtin: Plugin,
  trains: boolean,
): CheckResult => {
  const findings: Finding[] = []
  // a byte order mark is accepted; the space in its place keeps all offsets
  const source = { name: given.name, text: given.text.replace(/^\uFEFF/, ' ') }
  const graph = runPasses(source, plugins, overrides, builtin, trains, findings)
  if (graph && findings.length === 0) return { graph, diagnostics: [], omitted: 0 }
  if (findings.length === 0)
    findings.push({ path: [], ...operatorFault('document', 'compilation', 'no graph was made') })
  return locate(findings, source, overrides)
}

const runPasses = (
  source: DocumentSource,
  plugins: readonly Plugin[],
  overrides: readonly Override[],
  builtin: Plugin,
  trains: boolean,
  findings: Finding[],
): Graph | undefined => {
  const known = catalog(plugins, builtin)
  const unread = new Set<string>()
  const report: Report = (path, mistake) => {
    // a number that is not finite has a diagnostic already; the 0 in its place may break another rule
    if (mistake.code === 'not-finite') unread.add(pointer(path))
    else if (unread.size > 0 && unread.has(pointer(path))) return
    findings.push({ ...named(mistake, known), path })
  }
  const suggest = suggester()

  const json = parse(source, findings)
  if (json === undefined) return undefined
  for (const { code, path } of findings) if (code === 'not-finite') unread.add(pointer(path))
  const document = applyOverrides(json, overrides, report)
  const spec = validate(document, source.name, known, report, suggest)
  if (!spec) return undefined
  const inputs = resolveInputs(spec, report, suggest)
  const references = resolveReferences(spec, inputs, report, suggest)
  const primitives = expandMacros(spec, inputs, references, known, report, suggest)
  const resolved = inferShapes(spec, inputs, primitives, report)
  const { tables, nodes } = resolved
  const { heads, ranking } = resolveHeads(spec, primitives, resolved, known, report, suggest)
  const phases = resolvePhases(spec, primitives, nodes, heads, report, suggest)
  const evaluation = resolveEvaluation(spec, { heads, ...(ranking && { ranking }) }, phases, known, report, suggest)

  // solvers are asked about complete graphs only
  const absent = absentEntry(spec, primitives, inputs, nodes, heads)
  if (absent) {
    if (findings.length === 0) report(absent.path, operatorFault(absent.type, 'compilation', 'it gives no node'))
    return undefined
  }
  if (spec.unreadable || nodes.size === 0 || heads.size === 0) return undefined
  // there are too many phases: none was resolved
  if (phases.length < spec.solvers.length) return undefined
  const graph: Graph = {
    name: spec.name,
    document: documentOf(spec, primitives, nodes, evaluation.spec),
    inputs,
    tables,
    nodes,
    heads,
    ...(ranking && { ranking }),
    phases: phases.filter((phase): phase is Phase => phase !== undefined),
    evaluation: evaluation.spec,
    validationMetrics: evaluation.validationMetrics,
    samplers: known.samplers,
    plugins: pluginsOf(known, [
      ...[...inputs.values()].map(({ type }) => type),
      ...[...primitives.ops.values()].map(({ type }) => type),
      ...[...heads.values()].map(({ loss }) => loss.type),
      ...spec.solvers.map(({ type }) => type),
      ...evaluation.types,
      ...[...spec.heads.values()].flatMap(({ samplers }) => samplers),
    ]),
  }
  const sequential = reportSequences(spec, primitives, graph, report)
  if (trains && sequential) reportRejections(spec, graph, phases, report)
  reportMeans(primitives, graph, report)
  const exceeded = exceededLimit(JSON.stringify(graph.document))
  if (exceeded) report([], tooLargeNormalized(exceeded.mistake))
  if (trains && findings.length === 0 && isObject(document))
    checkSpace(document, spec, report, (text, set, mistakes) =>
      runPasses({ name: source.name, text }, plugins, set, builtin, true, mistakes),
    )
  return graph
}

/** A mistake whose message names package and version of the operator whose fault it is. */
const named = ({ operator, ...mistake }: Mistake, { plugins }: Catalog): Mistake =>
  operator?.includes('/')
    ? { ...mistake, message: mistake.message.replace(`"${operator}"`, () => operatorName(operator, plugins.values())) }
    : mistake

/** The first entry that has no node in the graph; undefined where the graph is complete. */
const absentEntry = (
  spec: Spec,
  primitives: Primitives,
  inputs: Graph['inputs'],
  nodes: Graph['nodes'],
  heads: Graph['heads'],
): { readonly path: Path; readonly type: string } | undefined => {
  for (const { name, path, type } of spec.inputs.values()) if (!inputs.has(name)) return { path, type }
  for (const { name, path } of spec.embeddings.values()) if (!nodes.has(name)) return { path, type: 'embedding' }
  for (const { name, path, type } of spec.ops.values())
    if (!primitives.ops.has(name) && !primitives.outputs.has(name)) return { path, type }
  for (const { name, path, type, origin } of primitives.ops.values())
    if (!nodes.has(name)) return { path, type: origin?.type ?? type }
  for (const { name, path } of primitives.embeddings.values()) if (!nodes.has(name)) return { path, type: 'embedding' }
  for (const { name, path, loss } of spec.heads.values())
    if (!heads.has(name)) return { path, type: loss?.type ?? 'head' }
  return undefined
}

/** The plugins that operators belong to, each once, by name. */
const pluginsOf = ({ plugins }: Catalog, types: readonly string[]): Graph['plugins'] =>
  [...new Set(types.filter((type) => type.includes('/')).map((type) => type.slice(0, type.indexOf('/'))))]
    .sort()
    .flatMap((name) => plugins.get(name) ?? [])
