import type { Solver } from '../../contract/solver.js'
import { adagrad } from './adagrad.js'
import { adam } from './adam.js'
import { rmsprop } from './rmsprop.js'
import { sgd } from './sgd.js'

const known = { sgd, adagrad, adam, rmsprop }

/** The gradient solvers. */
export const solvers: Readonly<Record<string, Solver>> = known

/** The same with the type of each. */
export type Solvers = typeof known
