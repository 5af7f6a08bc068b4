import { penalties } from '../epoch/plan.js'
import type { FusedModel, FusedSide } from '../kernels.js'
import { slots } from '../rules/index.js'
import type { Lease } from './lease.js'

/** A side's fields of a job: its rows, its trained segments as `Segment` of assembly/segment.ts, and how many. */
export const sideFields = (work: FusedModel, side: FusedSide, lease: Lease): readonly number[] => {
  const factors = penalties(side)
  const segments = side.segments.flatMap(({ from, width, trained, nu }, s) => {
    if (!trained) return []
    const state = side.state[s]!
    // nu 1: one number serves every row
    const factor = nu === 1 ? factors[s]!.subarray(0, 1) : factors[s]!
    const memory = state.length > 0 ? lease.output(state, true) : 0
    return [from * 4, width * 4, memory, slots(work.rule, width) * 4, lease.input(factor), nu === 1 ? 0 : 4]
  })
  return [lease.output(side.rows, true), lease.input(Int32Array.from(segments)), segments.length / 6]
}
