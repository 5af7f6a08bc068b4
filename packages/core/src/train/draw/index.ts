import type { Examples } from '../../contract/loss.js'
import type { Head } from '../../graph/graph.js'
import type { LoweredProgram } from '../../program/lowered.js'
import { cellDrawer } from './cell.js'
import type { Drawer } from './drawn.js'
import { eventDrawer } from './event.js'
import { rowDrawer } from './row.js'

/** How batches are drawn for heads whose losses declare these examples. */
export const drawerOf = (program: LoweredProgram, heads: readonly Head[], examples: Examples): Drawer =>
  drawers[examples.of](program, heads, examples)

const drawers = { event: eventDrawer, row: rowDrawer, cell: cellDrawer } as const

/** Whether every user entry of a batch meets every item entry. */
export const isGrid = ({ of, items }: Examples): boolean => of !== 'cell' && (items === 'in-batch' || items === 'all')
