import type { Solver } from '../../contract/solver.js'
import { adagrad } from './adagrad.js'
import { adam } from './adam.js'
import { rmsprop } from './rmsprop.js'
import { sgd } from './sgd.js'

/** The gradient solvers. */
export const solvers: Readonly<Record<string, Solver>> = { sgd, adagrad, adam, rmsprop }
