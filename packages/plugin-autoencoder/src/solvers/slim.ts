import { type SolverState, solver, Type } from '@recspec/core'
import { sparseArrays } from '../linear/formats/sparse.js'
import { finished, Stopped, showing } from '../linear/report.js'
import { COLUMNS, type SlimColumns, slimRows, slim as solveSlim } from '../linear/slim.js'
import { linearTarget, obstacle, unread } from '../linear/target.js'
import { gramNumbers, rowsPart, sparsePart } from './memory.js'

/** Sparse linear methods: a regression for each item. Resumes after any block of columns. */
export const slim = solver({
  summary: 'Sparse linear weights of items by coordinate descent, an elastic net (SLIM: Ning and Karypis, ICDM 2011).',
  params: Type.Object({}, { additionalProperties: false }),
  kind: 'minimises',
  rejects: (_, problem) => {
    const found = obstacle(problem)
    if (found) return found
    const target = linearTarget(problem)
    if (target.params.l1 === 0) return 'needs an "l1" above 0: without one "autoencoder/ease" is the closed form'
    if (target.params.diagonal > 0) return 'needs an empty diagonal: "autoencoder/ease" has a bounded one'
    return unread(target, ['l2', 'nu', 'l1', 'nonNegative', 'topK', 'dropout'])
  },
  plan: (_, problem) =>
    `coordinate descent on each column of the matrix${linearTarget(problem).params.nonNegative ? ', none of it negative' : ''}`,
  memory: (_, problem, sizes) => [
    rowsPart(sizes),
    {
      ...sparsePart(gramNumbers(linearTarget(problem).node, sizes)),
      name: 'products of items',
      remedy: 'use fewer items',
    },
    { name: 'a block of columns', bytes: 4 * COLUMNS * sizes.items, inKernels: true },
    { name: 'work of the threads', bytes: 8 * sizes.items * sizes.threads, inKernels: true },
  ],

  async *fit(_, problem, program, run) {
    const { node, params, head, dropout } = linearTarget(problem)
    const items = program.dataset.items.ids.count
    const examples = program.examples(head)
    const show = showing(program, run)
    let last = run.resume && columnsOf(run.resume)
    const solved = last
    const columns = solveSlim(program.kernels, program.rows(node.name), items, {
      ...params,
      dropout,
      ...(solved && { solved }),
    })
    let step = 0
    try {
      for await (const found of columns) {
        last = found
        step++
        show(found.columns.start.length - 1, items)
        if (!run.reportDue?.(step)) continue
        program.setMatrix(node.name, sparseArrays(slimRows(padded(found, items))))
        yield {
          ...{ epoch: 1, epochs: 1, step, partial: true, loss: found.objective / examples, examples: 0 },
          state: () => stateOf(found),
        }
      }
    } catch (error) {
      if (!(error instanceof Stopped)) throw error
      return
    }
    program.setMatrix(node.name, sparseArrays(slimRows(last!, params.topK)))
    const report = await finished(program, run, { loss: last!.objective / examples, step })
    yield { ...report, state: () => stateOf(last!) }
  },
})

/** Columns that are not solved yet are empty. */
const padded = ({ columns, objective }: SlimColumns, items: number): SlimColumns => {
  const start = new Int32Array(items + 1).fill(columns.index.length)
  start.set(columns.start)
  return { columns: { ...columns, start }, objective }
}

/** Counts of columns and indices are whole numbers that float32 holds. */
const stateOf = ({ columns: { start, index, values }, objective }: SlimColumns): SolverState => ({
  numbers: { objective },
  arrays: {
    counts: Float32Array.from({ length: start.length - 1 }, (_, at) => start[at + 1]! - start[at]!),
    index: Float32Array.from(index),
    values: values.slice(),
  },
})

const columnsOf = ({ numbers, arrays }: SolverState): SlimColumns | undefined => {
  const { counts, index, values } = arrays
  if (!counts || !index || !values) return undefined
  const start = new Int32Array(counts.length + 1)
  for (const [at, count] of counts.entries()) start[at + 1] = start[at]! + count
  return { columns: { start, index: Int32Array.from(index), values }, objective: numbers['objective'] ?? 0 }
}
