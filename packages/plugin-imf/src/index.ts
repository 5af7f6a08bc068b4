import type { Plugin } from '@recspec/core'
import manifest from '../package.json' with { type: 'json' }
import { als } from './als/als.js'
import { gibbs } from './gibbs/gibbs.js'
import { filledSquares } from './losses/filledsquares.js'
import { gaussian } from './losses/gaussian.js'
import { weightedSquares } from './losses/weightedsquares.js'
import { svd } from './svd/svd.js'

export { convertSettings, type DocumentSettings, type LibrarySettings } from './settings/settings.js'

/**
 * The plugin `imf`, matrix factorization: quadratic losses over observed or all cells, closed-form solvers and a
 * sampler.
 */
export const imf = {
  name: 'imf',
  apiVersion: 1,
  package: manifest.name,
  version: manifest.version,
  losses: { 'weighted-squares': weightedSquares, 'filled-squares': filledSquares, gaussian },
  solvers: { als, svd, gibbs },
} satisfies Plugin

declare module '@recspec/core' {
  interface Plugins {
    imf: typeof imf
  }
}
