import type { Plugin } from '@recspec/core'
import { als } from './als/als.js'
import { filledSquares } from './filled.js'
import { gaussian } from './gaussian.js'
import { gibbs } from './gibbs/gibbs.js'
import { weightedSquares } from './squares.js'
import { svd } from './svd/svd.js'

export { type Given, type Settings, settings } from './settings/settings.js'

/** Matrix factorisation: losses of squares over observed or all cells, and solvers in closed form. */
export const imf: Plugin = {
  name: 'imf',
  apiVersion: 1,
  losses: { 'weighted-squares': weightedSquares, 'filled-squares': filledSquares, gaussian },
  solvers: { als, svd, gibbs },
}
