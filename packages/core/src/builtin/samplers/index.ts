import type { Sampler } from '../../contract/sampler.js'
import { inBatch } from './inbatch.js'
import { popularity } from './popularity.js'
import { uniform } from './uniform.js'

/** Every sampler by the name that documents write. */
export const samplers: Readonly<Record<string, Sampler>> = { uniform, popularity, 'in-batch': inBatch }
