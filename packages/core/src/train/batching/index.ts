import type { Examples } from '../../contract/loss.js'
import type { Head } from '../../graph/graph.js'
import type { LoweredProgram } from '../../program/lowered.js'
import { cellBatchSampler } from './cell.js'
import { eventBatchSampler } from './event.js'
import { rowBatchSampler } from './row.js'
import type { BatchSampler } from './sampled.js'
import { sequenceBatchSampler } from './sequence.js'

/** The batch sampler of heads that share these examples. */
export const batchSamplerOf = (program: LoweredProgram, heads: readonly Head[], examples: Examples): BatchSampler =>
  (heads[0]?.examples ? sequenceBatchSampler : batchSamplers[examples.of])(program, heads, examples)

const batchSamplers = { event: eventBatchSampler, row: rowBatchSampler, cell: cellBatchSampler } as const

/** Whether the pairs of a batch are all user entries × all item entries. */
export const isGrid = ({ of, items }: Examples): boolean => of !== 'cell' && (items === 'in-batch' || items === 'all')
