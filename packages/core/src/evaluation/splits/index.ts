import type { Split } from '../../contract/split.js'
import { coldItems } from './colditems.js'
import { coldUsers } from './coldusers.js'
import { given } from './given.js'
import { heldOutUsers } from './heldoutusers.js'
import { kFold } from './kfold.js'
import { leaveOneOut } from './leaveoneout.js'
import { perUser } from './peruser.js'
import { ratio } from './ratio.js'
import { temporal } from './temporal.js'

const known = {
  'cold-items': coldItems,
  'cold-users': coldUsers,
  given,
  'held-out-users': heldOutUsers,
  'k-fold': kFold,
  'leave-one-out': leaveOneOut,
  'per-user': perUser,
  ratio,
  temporal,
}

/** Every split by the type that documents write. */
export const splits: Readonly<Record<string, Split>> = known

/** The same with the type of each. */
export type Splits = typeof known
