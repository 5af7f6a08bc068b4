import type { Plugin } from '@recspec/core'
import { als } from './als/als.js'
import { weightedSquares } from './squares.js'

/** Matrix factorisation: losses over all cells of users × items, and closed-form solvers. */
export const imf: Plugin = {
  name: 'imf',
  apiVersion: 1,
  losses: { 'weighted-squares': weightedSquares },
  solvers: { als },
}
