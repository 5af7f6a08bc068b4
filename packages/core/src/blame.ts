import type { PluginIdentity } from './contract/plugin.js'
import { Failure } from './failure.js'
import type { Graph, Head, InputNode, OpNode, Phase } from './graph/graph.js'

/**
 * An operator in use: the place of its entry in the document, its type, and the plugins that the type may come from.
 */
export interface OperatorUse {
  readonly place: string
  readonly type: string
  readonly plugins: readonly PluginIdentity[]
}

/** `/ops/score`; a part of a macro is `/ops/score/hidden1`. */
export const opUse = ({ plugins }: Pick<Graph, 'plugins'>, { name, type }: OpNode): OperatorUse => ({
  place: `/ops/${name}`,
  type,
  plugins,
})

/** An input, at its place. */
export const inputUse = (plugins: readonly PluginIdentity[], { name, type }: InputNode): OperatorUse => ({
  place: `/inputs/${name}`,
  type,
  plugins,
})

/** The loss of a head, at its place. */
export const lossUse = ({ plugins }: Pick<Graph, 'plugins'>, { name, loss }: Head): OperatorUse => ({
  place: `/heads/${name}/loss`,
  type: loss.type,
  plugins,
})

/** `/solver`, or `/solver/1` where a document has several. */
export const solverUse = ({ plugins, phases }: Graph, phase: Phase): OperatorUse => ({
  place: phases.length > 1 ? `/solver/${phases.indexOf(phase)}` : '/solver',
  type: phase.type,
  plugins,
})

/** A sampler, at the first head whose negatives name it. */
export const samplerUse = ({ plugins, heads }: Pick<Graph, 'plugins' | 'heads'>, type: string): OperatorUse => {
  const head = [...heads.values()].find(
    ({ loss }) => loss.definition.examples(loss.params).negatives?.sampler.type === type,
  )
  return { place: head ? `/heads/${head.name}/loss/negatives` : '/heads', type, plugins }
}

const pluginName = (type: string): string | undefined =>
  type.includes('/') ? type.slice(0, type.indexOf('/')) : undefined

/** `tucker/bilinear (recspec-plugin-tucker 0.1.0)`; a built-in operator is its type alone. */
export const operatorName = (type: string, plugins: Iterable<PluginIdentity>): string => {
  const name = pluginName(type)
  if (name === undefined) return type
  const { package: from, version } = [...plugins].find((plugin) => plugin.name === name) ?? { name }
  const said = version === undefined ? 'unknown version' : version
  return `${type} (${from === undefined ? said : `${from}${version === undefined ? ', ' : ' '}${said}`})`
}

/**
 * The fault of an operator: of a plugin's a `Failure` that names place, plugin and version, of a built-in's an internal
 * error.
 */
export const operatorFault = (use: OperatorUse, what: string, cause?: unknown): Error => {
  const message = `${use.place}: ${operatorName(use.type, use.plugins)} ${what}`
  if (pluginName(use.type) === undefined) return new TypeError(message, { cause })
  return new Failure('plugin', message, 'the fault is in the plugin: report it to its author', cause)
}

/** Names of errors that carry their own reason, by name because a plugin may bring a second copy of a package. */
const ownReason = new Set(['Failure', 'KernelMemoryError', 'ArtifactError'])

/** Whether an error is a bare sentence: thrown on purpose, about the data that the operator was given. */
export const isSentence = (error: unknown): error is Error =>
  error instanceof Error && error.name === 'Error' && error.message !== ''

/**
 * What to throw for what an operator threw: failures and faults of built-ins as they are, everything else as the
 * plugin's fault.
 */
export const blame = (use: OperatorUse, error: unknown): unknown => {
  if (error instanceof Error && ownReason.has(error.name)) return error
  if (pluginName(use.type) === undefined) return error
  return operatorFault(use, `threw: ${error instanceof Error ? firstLine(error) : String(error)}`, error)
}

const firstLine = ({ name, message }: Error): string => {
  const [line = ''] = message.split('\n')
  return name === 'Error' ? line : `${name}: ${line}`
}

/** Calls an operator; what it throws is blamed on it. */
export const callOperator = <T>(use: OperatorUse, call: () => T): T => {
  try {
    return call()
  } catch (error) {
    throw blame(use, error)
  }
}

/**
 * Calls an operator that may refuse its data with a bare sentence, which passes; what else it throws is blamed on it.
 */
export const callRefusing = <T>(use: OperatorUse, call: () => T): T => {
  try {
    return call()
  } catch (error) {
    throw isSentence(error) ? error : blame(use, error)
  }
}

/** The values of an operator's iterable; what it throws is blamed on it. */
export async function* iterateOperator<T>(use: OperatorUse, start: () => AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* start()
  } catch (error) {
    throw blame(use, error)
  }
}
