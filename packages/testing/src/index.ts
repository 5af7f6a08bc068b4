export type { CandidateCase, CandidateCases } from './candidates/kind.js'
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
export type { MacroCase, MacroCases } from './macros/kind.js'
export type { MetricCase, MetricCases } from './metrics/kind.js'
export { type CheckOptions, checkPlugin, type PluginCases } from './plugin.js'
export type { SamplerCase, SamplerCases } from './samplers/kind.js'
export type { Params } from './settings.js'
export type { SolverCase, SolverCases } from './solvers/kind.js'
export type { SplitCase, SplitCases } from './splits/kind.js'
export {
  testCandidates,
  testInput,
  testLayer,
  testLoss,
  testMacro,
  testMetric,
  testPlugin,
  testSampler,
  testSolver,
  testSplit,
} from './suite.js'
export { operatorTable } from './table.js'
