import { cold } from './cold.js'
import { byEvents } from './events.js'
import type { Segmentation } from './segmentation.js'

/** Every segmentation of test rows by its name. */
export const segmentations: Readonly<Record<string, Segmentation>> = {
  cold,
  'user-events': byEvents('user'),
  'item-events': byEvents('item'),
}
