import { uniform } from '@recspec/kernels'
import { type Settings, type Space, settingsOf } from './space.js'

/** A density over a space: a mixture of a kernel at each observation and of a prior. */
export interface Parzen {
  /** Random settings, by a key of the counter-based generator. */
  draw(key: number): Settings
  logDensity(settings: Settings): number
}

/** The newest observations count fully; of more, the older ones less and less. */
const FULL = 25

/** The weights of observations in the order of their trials, and of the prior. */
const weightsOf = (count: number): readonly number[] => {
  const old = Math.max(0, count - FULL)
  const weights = Array.from({ length: count }, (_, place) =>
    place >= old ? 1 : 1 / count + (old < 2 ? 0 : (place / (old - 1)) * (1 - 1 / count)),
  )
  const sum = weights.reduce((total, weight) => total + weight, 1)
  return [...weights, 1].map((weight) => weight / sum)
}

/** A multivariate Parzen estimator: a kernel is the product of its dimensions, so that dependencies are kept. */
export const parzen = (space: Space, observed: readonly Settings[]): Parzen => {
  const weights = weightsOf(observed.length)
  const kernels = space.map(({ name, kernels }) =>
    kernels(
      observed.map((settings) => settings[name]),
      space.length,
    ),
  )
  return {
    draw: (key) => {
      let rest = uniform(key, 0)
      let kernel = 0
      while (kernel < weights.length - 1 && rest >= weights[kernel]!) rest -= weights[kernel++]!
      return settingsOf(space, (_, index) => kernels[index]!.draw(kernel, uniform(key, index + 1)))
    },
    logDensity: (settings) => {
      const terms = weights.map((weight, kernel) =>
        space.reduce(
          (sum, { name }, index) => sum + kernels[index]!.logDensity(kernel, settings[name]),
          Math.log(weight),
        ),
      )
      const most = Math.max(...terms)
      return most + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - most), 0))
    },
  }
}
