import { unknownKeyword } from './keywords.js'
import type { Plugin } from './plugin.js'

/** The sections of a plugin with the noun for an operator of each. */
export const pluginSections = {
  inputs: 'input',
  layers: 'op',
  losses: 'loss',
  solvers: 'solver',
  metrics: 'metric',
  splits: 'split',
  candidates: 'candidate set',
  samplers: 'sampler',
} as const satisfies Partial<Record<keyof Plugin, string>>

/** A section of a plugin. */
export type PluginSection = keyof typeof pluginSections

/** Functions that an operator of each section needs: at least one of each group. */
const functions: Readonly<Record<PluginSection, readonly (readonly string[])[]>> = {
  inputs: [['shape'], ['learn'], ['encode']],
  layers: [['apply', 'expand']],
  losses: [['examples'], ['apply']],
  solvers: [['fit']],
  metrics: [['predictions', 'ranking', 'lists']],
  splits: [['holdOut']],
  candidates: [['protocol'], ['rank']],
  samplers: [['weights', 'draws']],
}

const ports: ReadonlySet<unknown> = new Set(['one', 'joined', 'many', 'rows'])

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * What is wrong with a plugin object: its name, version, sections, names of operators, ports and parameter schemas;
 * undefined where nothing is. The sentences name the section and the operator.
 */
export const pluginProblem = (plugin: unknown): string | undefined => {
  if (!isRecord(plugin)) return 'is not an object'
  const { name, apiVersion } = plugin
  if (typeof name !== 'string' || !/^([a-z][a-z0-9-]*)?$/.test(name))
    return `has an invalid name ${JSON.stringify(name)}`
  if (apiVersion !== 1) return `has the unsupported apiVersion ${JSON.stringify(apiVersion)}, expected 1`
  for (const key of ['package', 'version'])
    if (plugin[key] !== undefined && typeof plugin[key] !== 'string') return `has a "${key}" that is not a string`
  const known = ['name', 'apiVersion', 'package', 'version', ...Object.keys(pluginSections)]
  const unknown = Object.keys(plugin).find((key) => !known.includes(key))
  if (unknown !== undefined)
    return `has an unknown section "${unknown}", expected ${Object.keys(pluginSections).join(', ')}`
  for (const section of Object.keys(pluginSections) as PluginSection[]) {
    const operators = plugin[section]
    if (operators === undefined) continue
    if (!isRecord(operators)) return `has a section "${section}" that is not an object`
    for (const [type, operator] of Object.entries(operators)) {
      const problem = operatorProblem(section, type, operator)
      if (problem !== undefined) return `has an invalid ${pluginSections[section]} "${type}": ${problem}`
    }
  }
  return undefined
}

const operatorProblem = (section: PluginSection, type: string, operator: unknown): string | undefined => {
  if (!/^[A-Za-z][\w-]*$/.test(type)) return 'a name is letters, digits, "_" and "-", a letter first'
  if (!isRecord(operator)) return 'it is not an object'
  if (typeof operator['summary'] !== 'string' || operator['summary'] === '') return 'it has no "summary"'
  for (const group of functions[section])
    if (!group.some((key) => typeof operator[key] === 'function'))
      return `it has no function ${group.map((key) => `"${key}"`).join(' or ')}`
  if (section === 'layers' && operator['causal'] !== undefined && typeof operator['causal'] !== 'function')
    return '"causal" is not a function'
  if (section === 'metrics') return metricProblem(operator)
  const { params, inputs } = operator
  if (!isRecord(params) || params['type'] !== 'object' || !isRecord(params['properties']))
    return '"params" is not the schema of an object (Type.Object)'
  const misspelt = unknownKeyword(params, 'params')
  if (misspelt !== undefined) return misspelt
  if (section !== 'layers' && section !== 'losses') return undefined
  if (!isRecord(inputs)) return 'it has no "inputs" (ports)'
  const wrong = Object.entries(inputs).find(([, kind]) => !ports.has(kind))
  return wrong && `port "${wrong[0]}" is ${JSON.stringify(wrong[1])}, expected one, joined, many or rows`
}

/** The function that a metric must have, by what it is computed from. */
const functionOf = new Map<unknown, string>([
  ['predictions', 'predictions'],
  ['rankings', 'ranking'],
  ['lists', 'lists'],
])

const metricProblem = (metric: Record<string, unknown>) => {
  const { of, better, k, variants } = metric
  const called = functionOf.get(of)
  if (called === undefined) return `"of" is ${JSON.stringify(of)}, expected predictions, rankings or lists`
  if (better !== 'lower' && better !== 'higher')
    return `"better" is ${JSON.stringify(better)}, expected lower or higher`
  if (k !== 'required' && k !== 'none') return `"k" is ${JSON.stringify(k)}, expected required or none`
  if (variants !== 'share' && !Array.isArray(variants)) return '"variants" is not a list of words'
  return typeof metric[called] === 'function' ? undefined : `it has no function "${called}"`
}
