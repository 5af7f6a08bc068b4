import type { Plugin } from '../contract/plugin.js'
import { candidates } from '../evaluation/candidates/index.js'
import { metrics } from '../evaluation/metrics/index.js'
import { splits } from '../evaluation/splits/index.js'
import * as inputs from './inputs/index.js'
import * as losses from './losses/index.js'
import * as macros from './macros/index.js'
import * as layers from './ops/index.js'
import { samplers } from './samplers/index.js'
import { solvers } from './solvers/index.js'

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
