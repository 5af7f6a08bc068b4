import type { Strategy } from '../strategy.js'
import { asha } from './asha.js'
import { grid } from './grid.js'
import { random } from './random.js'
import { tpe } from './tpe.js'

/** Every strategy by the type that documents write. */
export const strategies: Readonly<Record<string, Strategy>> = { asha, grid, random, tpe }
