import type { Graph, Phase, Plugin } from '@recspec/core'
import { catalog, type Language } from './catalog.js'
import {
  type Diagnostic,
  type DocumentSource,
  type Finding,
  locate,
  type Override,
  type Report,
  SpecError,
} from './diagnostic.js'
import { documentOf } from './document.js'
import { resolveEvaluation } from './evaluation.js'
import { resolveHeads } from './heads.js'
import { builtinLanguage } from './language.js'
import { expandMacros } from './macros.js'
import { tooLargeNormalized } from './messages.js'
import { applyOverrides, exceededLimit, parse } from './parse.js'
import { reportRejections, resolvePhases } from './phases.js'
import { resolveReferences } from './references.js'
import { inferShapes } from './shapes.js'
import { suggester } from './suggest.js'
import { validate } from './validate.js'

/**
 * A document to a graph. Pure: no data, no files, no plugin but those it is given.
 *
 *     text
 *      │ parse       JSONC to values, size and depth bounded        syntax, too-large, duplicate-key
 *      │ override    values that the command line puts in place     unknown-pointer
 *     json
 *      │ validate    each entry against the schema of its `type`    unknown-operator, unknown-property, invalid-value
 *     spec
 *      │ link        names to nodes at ports                        unknown-node, arity, cycle, unused-node
 *      │ normalize   macros to parts `<name>/<part>`                invalid-macro
 *     primitives
 *      │ resolve     shapes, sides, masks, weights, tables          shape
 *      │ heads       nodes at losses, the head that ranks           head-shape, ambiguous-ranking
 *      │ phases      what each solver trains, and whether it can    unknown-trains, unsupported-solver
 *      │ evaluation  splits and metrics                             unknown-metric
 *     graph          ──> core: lower, fit, rank, save
 *
 * Each pass works on what the passes before it found right and says nothing about the rest, so that one mistake gives one
 * diagnostic. Throws one `SpecError` with all of them.
 */
export const compile = (
  source: DocumentSource,
  plugins: readonly Plugin[],
  overrides: readonly Override[] = [],
  language: Language = builtinLanguage,
): Graph => {
  const { graph, diagnostics } = check(source, plugins, overrides, language)
  if (!graph) throw new SpecError(diagnostics)
  return graph
}

/** The graph of a document that is already JSON, as the one in an artifact. */
export const compileDocument = (
  document: unknown,
  plugins: readonly Plugin[],
  language: Language = builtinLanguage,
): Graph => compile({ name: 'document', text: JSON.stringify(document) ?? '' }, plugins, [], language)

/** What `check` finds: a graph, or what is wrong. */
export interface CheckResult {
  readonly graph?: Graph
  readonly diagnostics: readonly Diagnostic[]
}

/** As `compile`, with the mistakes returned instead of thrown. */
export const check = (
  given: DocumentSource,
  plugins: readonly Plugin[],
  overrides: readonly Override[] = [],
  language: Language = builtinLanguage,
): CheckResult => {
  const findings: Finding[] = []
  // a byte order mark is no mistake; a blank in its place keeps every offset
  const source = { name: given.name, text: given.text.replace(/^\uFEFF/, ' ') }
  const graph = runPasses(source, plugins, overrides, language, findings)
  return findings.length > 0 || !graph
    ? { diagnostics: locate(findings, source, overrides) }
    : { graph, diagnostics: [] }
}

const runPasses = (
  source: DocumentSource,
  plugins: readonly Plugin[],
  overrides: readonly Override[],
  language: Language,
  findings: Finding[],
): Graph | undefined => {
  const report: Report = (path, mistake) => void findings.push({ ...mistake, path })
  const suggest = suggester()
  const known = catalog(plugins, language)

  const json = parse(source, findings)
  if (json === undefined) return undefined
  const spec = validate(applyOverrides(json, overrides, report), source.name, known, report, suggest)
  if (!spec) return undefined
  const links = resolveReferences(spec, report, suggest)
  const primitives = expandMacros(spec, links, known, report, suggest)
  const { inputs, tables, nodes, entities } = inferShapes(spec, primitives, report)
  const { heads, ranking } = resolveHeads(spec, primitives, { inputs, tables, nodes, entities }, report, suggest)
  const phases = resolvePhases(spec, primitives, nodes, heads, report, suggest)
  const evaluation = resolveEvaluation(spec, { heads, ...(ranking && { ranking }) }, known, report, suggest)

  // solvers ask about the whole graph
  const whole =
    nodes.size > 0 &&
    inputs.size === spec.inputs.size &&
    heads.size === spec.heads.size &&
    [...primitives.ops.keys(), ...primitives.embeddings.keys()].every((name) => nodes.has(name)) &&
    [...spec.ops.keys()].every((name) => primitives.ops.has(name) || primitives.outputs.has(name)) &&
    [...spec.embeddings.keys()].every((name) => nodes.has(name))
  if (!whole) return undefined
  const graph: Graph = {
    name: spec.name,
    document: documentOf(spec, primitives, nodes, evaluation),
    inputs,
    tables,
    nodes,
    heads,
    ...(ranking && { ranking }),
    phases: phases.filter((phase): phase is Phase => phase !== undefined),
    evaluation,
    plugins: pluginsOf([
      ...[...inputs.values()].map(({ type }) => type),
      ...[...primitives.ops.values()].map(({ type }) => type),
      ...[...heads.values()].map(({ loss }) => loss.type),
      ...spec.solvers.map(({ type }) => type),
    ]),
  }
  reportRejections(spec, graph, phases, report)
  const much = exceededLimit(JSON.stringify(graph.document))
  if (much) report([], tooLargeNormalized(much.mistake))
  return graph
}

/** The prefixes of operators, each once, in order. */
const pluginsOf = (types: readonly string[]): readonly string[] =>
  [...new Set(types.filter((type) => type.includes('/')).map((type) => type.slice(0, type.indexOf('/'))))].sort()
