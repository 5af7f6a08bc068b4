export type { Document } from './documents.js'
export {
  type Conformance,
  type Fault,
  type OperatorIdentity,
  type OperatorKind,
  printFault,
  type Untested,
} from './fault.js'
export type { InputCase, InputCases } from './inputs/kind.js'
export type { OperatorCases } from './kind.js'
export type { LayerCase } from './layers/case.js'
export type { LayerCases } from './layers/kind.js'
export type { LossCase, LossCases } from './losses/kind.js'
export { type CheckOptions, checkPlugin, type PluginCases } from './plugin.js'
export type { Params } from './settings.js'
export { testInput, testLayer, testLoss, testPlugin } from './suite.js'
export { operatorTable } from './table.js'
