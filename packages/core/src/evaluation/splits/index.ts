import type { Split } from '../metric.js'
import { coldItems } from './cold.js'
import { given } from './given.js'
import { leaveOneOut } from './last.js'
import { ratio } from './ratio.js'
import { temporal } from './temporal.js'
import { perUser } from './user.js'

/** Every split by the type that documents write. */
export const splits: Readonly<Record<string, Split>> = {
  'cold-items': coldItems,
  given,
  'leave-one-out': leaveOneOut,
  'per-user': perUser,
  ratio,
  temporal,
}
