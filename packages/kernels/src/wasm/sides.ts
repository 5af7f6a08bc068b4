import type { FusedModel, FusedSide } from '../fused.js'
import { slots } from '../optimizers/optimizer.js'
import { penalties } from '../strata/plan.js'
import type { Scratch } from './scratch.js'

/** Address of a side's packed rows, and its trained segments: address and number. */
export const sideAddresses = ({ optimizer }: FusedModel, side: FusedSide, scratch: Scratch) => {
  const factors = penalties(side)
  const segments = side.segments.flatMap(({ from, width, trained, nu }, s) => {
    if (!trained) return []
    const state = side.state[s]!
    return {
      from: from * 4,
      width: width * 4,
      state: state.length > 0 ? scratch.output(state, true) : 0,
      slots: slots(optimizer, width) * 4,
      // with nu 1 one number serves every row
      penalties: scratch.input(nu === 1 ? factors[s]!.subarray(0, 1) : factors[s]!),
      stride: nu === 1 ? 0 : 4,
    }
  })
  return {
    rows: scratch.output(side.rows, true),
    segments: scratch.records('Segment', segments),
    segmentCount: segments.length,
  }
}
