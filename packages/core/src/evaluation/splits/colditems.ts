import { coldSplit } from './cold.js'

/** All events of a random share of the items with events. */
export const coldItems = coldSplit('item', 0x434f)
