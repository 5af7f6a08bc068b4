import type { Head, MemoryPart, MemorySizes, Problem } from '@recspec/core'
import type { LeastSquaresMethod } from '@recspec/kernels'
import { cellsPart, NUMBER, sortingPart } from '../score/memory.js'
import type { ScoreTerm } from '../score/terms.js'
import { type HalfStep, halfStepsOf } from './halfsteps.js'

/** Partial sums of a Gram matrix at most, and rows of one at least. */
const BLOCKS = 32
const ROWS = 256
/** Bytes of gathered rows that a thread keeps, and those of the panels that it multiplies by. */
const KEPT = 256 * 1024
const PANEL = 256

/** Columns that the tables of a half-step have together. */
const widthOf = ({ graph }: Problem, terms: readonly ScoreTerm[], { side, terms: solved }: HalfStep): number =>
  solved.reduce((sum, index) => sum + graph.tables.get(terms[index]![side].table!)!.dim, 0)

/** Bytes of a Gram matrix [width, width] of `rows` rows in float64: partial sums and the sum. */
const gramBytes = (rows: number, width: number): number =>
  (Math.ceil(rows / Math.max(ROWS, Math.ceil(rows / BLOCKS / ROWS) * ROWS)) + 1) * 8 * width * width

/** Scratch of a half-step in the kernels' memory. */
const scratchBytes = (
  method: LeastSquaresMethod,
  dim: number,
  [rows, columns]: readonly [rows: number, columns: number],
  unobserved: boolean,
  threads: number,
): number => {
  const width = Math.ceil(dim / 16) * 16
  const square = width * width
  const gram = unobserved ? gramBytes(columns, width) : 0
  if (method.name === 'exact') {
    // a factor and two panels per thread, the matrix that all rows begin with, and the rotated rows of dual systems
    const own = threads * NUMBER * (square + 2 * PANEL * width + 64 * width)
    const dual = width !== dim || unobserved ? NUMBER * columns * width : 0
    return NUMBER * square + gram + own + dual + (unobserved ? 3 * 8 * square : 0) + NUMBER * rows
  }
  const copies = width === dim ? 0 : NUMBER * (rows + columns) * width
  const eigenvectors = unobserved ? 8 * square + 2 * NUMBER * square : 0
  const block = method.name === 'blocks' ? Math.min(method.size, dim) : 0
  const own = method.name === 'cg' ? KEPT + 4 * NUMBER * width : NUMBER * block * (2 * PANEL + 2 * block)
  const shared = unobserved ? NUMBER * square : 0
  return copies + gram + eigenvectors + threads * (own + shared) + 2 * NUMBER * rows
}

/** What ALS takes beside the tables: observed cells, copies of tables that are not solved alone, and scratch. */
export const alsMemory = (
  problem: Problem,
  terms: readonly ScoreTerm[],
  method: LeastSquaresMethod,
  { users, items, events, threads }: MemorySizes,
): readonly MemoryPart[] => {
  const [head] = problem.heads as [Head]
  const unobserved = (head.loss.definition.quadratic!(head.loss.params).unobserved ?? 0) > 0
  const steps = halfStepsOf(problem.graph, terms)
  let copies = 0
  let scratch = 0
  for (const step of steps) {
    const rows = step.side === 'user' ? ([users + 1, items + 1] as const) : ([items + 1, users + 1] as const)
    const dim = widthOf(problem, terms, step)
    if (step.terms.length > 1) copies += NUMBER * (rows[0] + rows[1]) * dim
    // targets less what the other terms add
    if (step.terms.length < terms.length) copies += NUMBER * events
    scratch = Math.max(scratch, scratchBytes(method, dim, rows, unobserved, threads))
  }
  return [
    cellsPart(events),
    sortingPart(events),
    { name: 'copies of tables', bytes: copies, inKernels: true },
    { name: 'scratch of least squares', bytes: scratch, inKernels: true },
  ]
}
