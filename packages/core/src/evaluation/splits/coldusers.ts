import { coldSplit } from './cold.js'

/** All events of a random share of the users with events. */
export const coldUsers = coldSplit('user', 0x4355)
