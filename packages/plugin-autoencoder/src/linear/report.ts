import type { FitOptions, ItemMatrix, Program, Progress } from '@recspec/core'
import type { Sparse } from '@recspec/kernels'

/** The signal asked a computation to stop. */
export class Stopped extends Error {}

/** Shows the progress of a computation in one epoch, and throws `Stopped` where the signal asks for it. */
export const showing =
  (program: Program, { onStep, signal }: FitOptions) =>
  (done: number, total: number): void => {
    const rows = program.dataset.users.ids.count
    onStep?.({ epoch: 1, epochs: 1, step: done, examples: Math.round((rows * done) / total), total: rows })
    if (signal?.aborted) throw new Stopped('stopped')
  }

/** The report of a matrix that is complete; a run that is resumed computes it again. */
export const finished = async (
  program: Program,
  run: FitOptions,
  { loss, step }: { readonly loss: number; readonly step: number },
): Promise<Progress> => {
  const metrics = await run.validate?.()
  return {
    ...{ epoch: 1, epochs: 1, step, loss, examples: program.dataset.users.ids.count },
    ...(metrics && { metrics }),
    state: () => ({ numbers: {}, arrays: {} }),
  }
}

/** Rows whose error is measured. */
const ROWS = 256

/** The mean of the squared errors of rows under a matrix, on rows that are evenly spaced. */
export const meanError = (matrix: ItemMatrix, rows: Sparse, items: number): number => {
  const users = rows.start.length - 1
  const count = Math.min(ROWS, users)
  const chosen = Array.from({ length: count }, (_, part) => Math.floor((part * users) / count))
  const lists = takeLists(rows, chosen)
  const scores = matrix.scores(lists)
  let sum = 0
  for (const score of scores) sum += score ** 2
  for (let list = 0; list < count; list++) {
    for (let place = lists.start[list]!; place < lists.start[list + 1]!; place++) {
      const value = lists.values ? lists.values[place]! : 1
      sum += value * (value - 2 * scores[list * items + lists.index[place]!]!)
    }
  }
  return sum / Math.max(1, count)
}

const takeLists = (lists: Sparse, chosen: readonly number[]): Sparse => {
  const places = chosen.flatMap((list) =>
    Array.from({ length: lists.start[list + 1]! - lists.start[list]! }, (_, k) => lists.start[list]! + k),
  )
  const start = new Int32Array(chosen.length + 1)
  for (const [at, list] of chosen.entries()) start[at + 1] = start[at]! + lists.start[list + 1]! - lists.start[list]!
  const index = Int32Array.from(places, (place) => lists.index[place]!)
  const { values } = lists
  return { start, index, ...(values && { values: Float32Array.from(places, (place) => values[place]!) }) }
}
