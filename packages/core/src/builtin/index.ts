import type { Plugin } from '../contract/plugin.js'
import { type CandidateSets, candidates } from '../evaluation/candidates/index.js'
import { type Metrics, metrics } from '../evaluation/metrics/index.js'
import { type Splits, splits } from '../evaluation/splits/index.js'
import * as inputs from './inputs/index.js'
import * as losses from './losses/index.js'
import * as macros from './macros/index.js'
import * as layers from './ops/index.js'
import { type Samplers, samplers } from './samplers/index.js'
import { type Solvers, solvers } from './solvers/index.js'

/** The built-in operators, a plugin like any other that documents name without a prefix. */
export const builtin: Plugin = {
  name: '',
  apiVersion: 1,
  inputs: { ...inputs },
  layers: { ...layers, ...macros },
  losses: { ...losses },
  solvers,
  metrics,
  splits,
  candidates,
  samplers,
}

/** The built-in operators of each section of a plugin, with the type of each. */
export interface Builtin {
  readonly inputs: typeof inputs
  readonly layers: typeof layers & typeof macros
  readonly losses: typeof losses
  readonly solvers: Solvers
  readonly metrics: Metrics
  readonly splits: Splits
  readonly candidates: CandidateSets
  readonly samplers: Samplers
}
