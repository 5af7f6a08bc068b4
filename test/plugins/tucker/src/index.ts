import type { Plugin } from '@recspec/core'
import { bilinear } from './bilinear.js'
import { hinge } from './hinge.js'
import { excess, gain } from './metrics.js'
import { nearby } from './nearby.js'
import { odd } from './odd.js'
import { own, recent } from './samplers.js'
import { scale } from './scale.js'
import { signsgd } from './signsgd.js'

/** A plugin with an operator of almost every kind. */
export const tucker: Plugin = {
  name: 'tucker',
  apiVersion: 1,
  package: 'recspec-plugin-tucker',
  version: '0.1.0',
  layers: { bilinear, scale },
  losses: { hinge },
  solvers: { signsgd },
  metrics: { gain, excess },
  splits: { odd },
  candidates: { nearby },
  samplers: { recent, own },
}
