import type { CandidateSet } from '../../contract/candidates.js'
import { all } from './all.js'
import { sampled } from './sampled.js'
import { stored } from './stored.js'

/** Every candidate set by the type that documents write. */
export const candidates: Readonly<Record<string, CandidateSet>> = { all, sampled, stored }
