import type { Sampler } from '../../contract/sampler.js'
import { inBatch } from './inbatch.js'
import { popularity } from './popularity.js'
import { uniform } from './uniform.js'

const known = { uniform, popularity, 'in-batch': inBatch }

/** Every sampler by the name that documents write. */
export const samplers: Readonly<Record<string, Sampler>> = known

/** The same with the type of each. */
export type Samplers = typeof known
