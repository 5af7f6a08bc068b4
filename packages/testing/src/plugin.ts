import {
  type BackendName,
  isMacro,
  type Plugin,
  type PluginSection,
  pluginProblem,
  pluginSections,
} from '@recspec/core'
import { type CandidateCases, candidateKind } from './candidates/kind.js'
import { runCheck } from './check.js'
import type { Conformance, Fault, OperatorIdentity, Untested } from './fault.js'
import { type InputCases, inputKind } from './inputs/kind.js'
import { checksOf, type Kind, type OperatorCases, preparedSubject, typeOf } from './kind.js'
import { type LayerCases, layerKind } from './layers/kind.js'
import { type LossCases, lossKind } from './losses/kind.js'
import { type MacroCases, macroKind } from './macros/kind.js'
import { type MetricCases, metricKind } from './metrics/kind.js'
import { type SamplerCases, samplerKind } from './samplers/kind.js'
import { type SolverCases, solverKind } from './solvers/kind.js'
import { type SplitCases, splitKind } from './splits/kind.js'

/** What the author of a plugin gives for its operators, by section and name. */
export interface PluginCases {
  readonly inputs?: Readonly<Record<string, InputCases>>
  readonly layers?: Readonly<Record<string, LayerCases | MacroCases>>
  readonly losses?: Readonly<Record<string, LossCases>>
  readonly solvers?: Readonly<Record<string, SolverCases>>
  readonly metrics?: Readonly<Record<string, MetricCases>>
  readonly splits?: Readonly<Record<string, SplitCases>>
  readonly candidates?: Readonly<Record<string, CandidateCases>>
  readonly samplers?: Readonly<Record<string, SamplerCases>>
}

/** How operators are checked, whatever their kind. */
export type AnyKind = Kind<unknown, OperatorCases>

const kinds: Readonly<Record<PluginSection, unknown>> = {
  inputs: inputKind,
  layers: layerKind,
  losses: lossKind,
  solvers: solverKind,
  metrics: metricKind,
  splits: splitKind,
  candidates: candidateKind,
  samplers: samplerKind,
}

/** The kind of an operator of a plugin. */
export const kindOf = (plugin: Plugin, section: PluginSection, name: string): AnyKind => {
  const operator = section === 'layers' ? plugin.layers?.[name] : undefined
  return (operator && isMacro(operator) ? macroKind : kinds[section]) as AnyKind
}

/** The operators of a plugin, section by section. */
export const operatorsOf = (plugin: Plugin): readonly { readonly section: PluginSection; readonly name: string }[] =>
  (Object.keys(pluginSections) as PluginSection[]).flatMap((section) =>
    Object.keys(plugin[section] ?? {}).map((name) => ({ section, name })),
  )

/** How a plugin is checked. */
export interface CheckOptions {
  readonly cases?: PluginCases
  /** Names of the operators to check; default: all. */
  readonly only?: readonly string[]
  /** Backends that checks of values run on; default: all that are present. */
  readonly backends?: readonly BackendName[]
}

/**
 * Checks every operator of a plugin and returns what is wrong as values. Cases are made from the operators' own schemas
 * and shapes where none are given.
 */
export const checkPlugin = async (
  plugin: Plugin,
  { cases = {}, only, backends }: CheckOptions = {},
): Promise<Conformance> => {
  const faults: Fault[] = []
  const untested: Untested[] = []
  let checks = 0
  const { name, package: from, version } = plugin
  const identity = { name, ...(from ? { package: from } : {}), ...(version ? { version } : {}) }
  const problem = pluginProblem(plugin)
  if (problem !== undefined)
    return {
      faults: [{ plugin: identity, kind: 'plugin', operator: name, check: 'plugin', message: problem }],
      untested,
      checks: 1,
    }
  for (const { section, name: operator } of operatorsOf(plugin)) {
    if (only && !only.includes(operator)) continue
    const kind = kindOf(plugin, section, operator)
    const given = cases[section]?.[operator] ?? {}
    const who: OperatorIdentity = { plugin: identity, kind: kind.noun, operator: typeOf(plugin, operator) }
    const prepared = preparedSubject(kind, plugin, operator, given)
    if ('reason' in prepared) {
      untested.push({ ...who, reason: prepared.reason })
      continue
    }
    const { subject } = prepared
    for (const check of checksOf(kind, subject, given)) {
      checks++
      const found = await runCheck(check, subject, backends)
      for (const message of found) faults.push({ ...who, check: check.name, message })
      if (found.length > 0 && check.decides) break
    }
  }
  return { faults, untested, checks }
}
