import type { CandidateSet } from '../../contract/candidates.js'
import { all } from './all.js'
import { sampled } from './sampled.js'
import { stored } from './stored.js'

const known = { all, sampled, stored }

/** Every candidate set by the type that documents write. */
export const candidates: Readonly<Record<string, CandidateSet>> = known

/** The same with the type of each. */
export type CandidateSets = typeof known
