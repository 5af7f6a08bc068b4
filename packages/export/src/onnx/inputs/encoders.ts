import { age } from './age.js'
import { bucket } from './bucket.js'
import { calendar } from './calendar.js'
import { category } from './category.js'
import { cross } from './cross.js'
import type { Encoder } from './encoder.js'
import { flags } from './flags.js'
import { number } from './number.js'
import { tensor } from './tensor.js'
import { time } from './time.js'

/** Encoders of inputs of events, by their types in documents. */
export const encoders: ReadonlyMap<string, Encoder> = new Map(
  Object.entries({ age, bucket, calendar, category, cross, flags, number, tensor, time }),
)
