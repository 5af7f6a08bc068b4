import type { CandidateSet } from './candidates.js'
import type { Input } from './input.js'
import type { Layer, Macro } from './layer.js'
import type { Loss } from './loss.js'
import type { Metric } from './metric.js'
import type { Sampler } from './sampler.js'
import type { Solver } from './solver.js'
import type { Split } from './split.js'

/** Operators under unprefixed names; the host prefixes them (`ncf` + `neumf` = `ncf/neumf`). */
export interface Plugin {
  /** What documents write before the slash; empty for the built-ins only. */
  readonly name: string
  readonly apiVersion: 1
  /** Name and version of the npm package, written by its build; artifacts and messages name them. Default: unknown. */
  readonly package?: string
  readonly version?: string
  readonly inputs?: Readonly<Record<string, Input>>
  readonly layers?: Readonly<Record<string, Layer | Macro>>
  readonly losses?: Readonly<Record<string, Loss>>
  readonly solvers?: Readonly<Record<string, Solver>>
  readonly metrics?: Readonly<Record<string, Metric>>
  readonly splits?: Readonly<Record<string, Split>>
  readonly candidates?: Readonly<Record<string, CandidateSet>>
  readonly samplers?: Readonly<Record<string, Sampler>>
}

/**
 * The plugins whose operators `defineSpec` of `@recspec/dsl` knows, by the prefix that documents write. A plugin adds
 * itself with `declare module '@recspec/core' { interface Plugins { mine: typeof mine } }`.
 */
// biome-ignore lint/suspicious/noEmptyInterface: plugins add themselves
export interface Plugins {}

/** A plugin as messages and artifacts name it. */
export type PluginIdentity = Pick<Plugin, 'name' | 'package' | 'version'>

/** Whether an operator of `layers` is a macro. */
export const isMacro = (operator: Layer | Macro): operator is Macro => 'expand' in operator
