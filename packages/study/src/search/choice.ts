import type { Dimension, Kernels, Setting } from './dimension.js'

/** A dimension of choices without an order. */
export const choice = (name: string, at: readonly string[], values: readonly Setting[]): Dimension => {
  const places = new Map(values.map((value, place) => [JSON.stringify(value), place]))
  return {
    name,
    at,
    ends: values.map((setting, place) => ({ place: ['values', `${place}`], setting })),
    pick: (share) => values[Math.min(values.length - 1, Math.floor(share * values.length))],
    grid: () => values,
    kernels: (observed) => choiceKernels(values, places, observed),
  }
}

/** Each kernel chooses its observed value most often, the others by the weight of one uniform observation. */
const choiceKernels = (
  values: readonly Setting[],
  places: ReadonlyMap<string, number>,
  observed: readonly Setting[],
): Kernels => {
  const count = values.length
  const spread = 1 / (observed.length + 1)
  const rest = spread / (1 + count * spread)
  const chosen = observed.map((setting) => places.get(JSON.stringify(setting))!)
  const probability = (kernel: number, place: number) =>
    kernel >= chosen.length ? 1 / count : rest + (place === chosen[kernel] ? 1 / (1 + count * spread) : 0)
  return {
    draw: (kernel, share) => {
      let sum = 0
      for (let place = 0; place < count - 1; place++) {
        sum += probability(kernel, place)
        if (share < sum) return values[place]
      }
      return values[count - 1]
    },
    logDensity: (kernel, setting) => Math.log(probability(kernel, places.get(JSON.stringify(setting))!)),
  }
}
