import type { Metric } from '../contract/metric.js'
import type { SolverState } from '../contract/solver.js'
import { Failure } from '../failure.js'

/** Early stopping: the weights of the best epoch, and how long ago it was. */
export interface EarlyStopping {
  report(metrics: Readonly<Record<string, number>>): void
  /** Epochs since the best one. */
  epochsSinceBest(): number
  /** Whether patience is exhausted. */
  isOver(): boolean
  restoreBest(): void
  numbers(): Readonly<Record<string, number>>
  arrays(): readonly (readonly [string, Float32Array])[]
  resume(state: SolverState): void
}

/** Copies the arrays whenever the metric improves on its best value. */
export const earlyStopping = (
  { metric, patience }: { metric: string; patience: number },
  better: Metric['better'],
  arrays: readonly Float32Array[],
): EarlyStopping => {
  const lower = better === 'lower'
  const bestArrays = arrays.map((array) => array.slice())
  let best = lower ? Infinity : -Infinity
  let waited = 0
  return {
    report: (metrics) => {
      const value = metrics[metric]
      if (value === undefined)
        throw new Failure(
          'training',
          `stops by "${metric}", which is not measured`,
          `measured: ${Object.keys(metrics).join(', ')}`,
        )
      if (Number.isNaN(value))
        throw new Failure(
          'training',
          `stops by "${metric}", which is NaN on the validation rows`,
          'stop by another metric, or hold out other rows',
        )
      if (lower ? value < best : value > best) {
        best = value
        waited = 0
        arrays.forEach((array, k) => {
          bestArrays[k]!.set(array)
        })
      } else waited++
    },
    epochsSinceBest: () => waited,
    isOver: () => waited >= patience,
    restoreBest: () =>
      arrays.forEach((array, k) => {
        array.set(bestArrays[k]!)
      }),
    // JSON has no infinity: `best` is absent until the first epoch is measured
    numbers: () => ({ ...(Number.isFinite(best) ? { best } : {}), waited }),
    arrays: () => bestArrays.map((array, k) => [`best ${k}`, array]),
    resume: ({ numbers, arrays: stored }) => {
      best = numbers['best'] ?? best
      waited = numbers['waited']!
      bestArrays.forEach((array, k) => {
        array.set(stored[`best ${k}`]!)
      })
    },
  }
}
