import type { Strategy } from '../strategy.js'
import { asha } from './asha.js'
import { grid } from './grid.js'
import { random } from './random.js'
import { tpe } from './tpe.js'

const known = { asha, grid, random, tpe }

/** Every strategy by the type that documents write. */
export const strategies: Readonly<Record<string, Strategy>> = known

/** The same with the type of each. */
export type Strategies = typeof known
