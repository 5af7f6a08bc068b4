import type { FitOptions, MatrixArrays, Problem, Program, Progress } from '@recspec/core'
import { key, type Sparse } from '@recspec/kernels'
import { normalizedGraph } from '../linear/graph.js'
import { openItemMatrix } from '../linear/itemmatrix.js'
import { finished, meanError, Stopped, showing } from '../linear/report.js'
import { topVectors } from '../linear/spectrum.js'
import { type LinearTarget, linearTarget } from '../linear/target.js'
import { prunedRows } from './prune.js'

/** What a filter is made of: rows, their normalized graph, and the vectors of its low pass. */
export interface FilterParts {
  readonly rows: Sparse
  readonly graph: Sparse
  readonly items: number
  readonly vectors: Float32Array
}

/** Fits a filter with an ideal low pass: singular vectors first, then its arrays, pruned where the op says so. */
export async function* fitFilter(
  problem: Problem,
  [program, run]: readonly [Program, FitOptions],
  vectors: number,
  arraysOf: (parts: FilterParts) => MatrixArrays,
): AsyncGenerator<Progress> {
  const { node, params }: LinearTarget = linearTarget(problem)
  const { kernels } = program
  const items = program.dataset.items.ids.count
  const rows = program.rows(node.name)
  const graph = normalizedGraph(rows, items)
  const show = showing(program, run)
  try {
    const count = Math.min(vectors, items, rows.start.length - 1)
    const seed = key(run.seed, run.phase)
    const spectrum = await topVectors(kernels, graph, items, { vectors: count, seed, between: show })
    const whole = arraysOf({ rows, graph, items, vectors: spectrum.vectors })
    const pruned =
      params.topK !== undefined &&
      (await prunedRows(kernels, openItemMatrix(whole, { items, kernels }), items, params.topK, show))
    const matrix = program.setMatrix(node.name, pruned || whole)
    yield await finished(program, run, { loss: meanError(matrix, rows, items), step: spectrum.rounds })
  } catch (error) {
    if (!(error instanceof Stopped)) throw error
  }
}
