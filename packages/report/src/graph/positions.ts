import type { Layers } from './layers.js'

/** Space between neighbors of a layer. */
const GAP = 22
/** Rounds in which places move towards those that they are connected with. */
const ROUNDS = 24

/** Centers of all places: each near the mean of its neighbors above and below, in the order of its layer. */
export const centersOf = ({ layers, routes }: Layers, widthOf: (id: string) => number): ReadonlyMap<string, number> => {
  const centers = new Map<string, number>()
  for (const layer of layers) {
    let left = 0
    for (const { id } of layer) {
      centers.set(id, left + widthOf(id) / 2)
      left += widthOf(id) + GAP
    }
    for (const { id } of layer) centers.set(id, centers.get(id)! - (left - GAP) / 2)
  }
  const links = new Map<string, string[]>()
  for (const route of routes)
    for (let step = 1; step < route.length; step++)
      for (const [a, b] of [
        [route[step - 1]!, route[step]!],
        [route[step]!, route[step - 1]!],
      ] as const)
        links.set(a, [...(links.get(a) ?? []), b])
  for (let round = 0; round < ROUNDS; round++)
    for (const layer of round % 2 === 0 ? layers : [...layers].reverse()) {
      const aims = layer.map(({ id }) => {
        const near = (links.get(id) ?? []).map((other) => centers.get(other)!)
        return near.length === 0 ? centers.get(id)! : near.reduce((sum, value) => sum + value, 0) / near.length
      })
      for (const [index, center] of spread(
        aims,
        layer.map(({ id }) => widthOf(id)),
      ).entries())
        centers.set(layer[index]!.id, center)
    }
  return centers
}

/**
 * Centers as near to the aims as the widths allow: overlapping neighbors become a block around the mean of its
 * aims.
 */
const spread = (aims: readonly number[], widths: readonly number[]): readonly number[] => {
  // what each center is to the right of the first one of its layer, packed without gaps to spare
  const offsets: number[] = []
  for (const [index, width] of widths.entries())
    offsets.push(index === 0 ? 0 : offsets[index - 1]! + (widths[index - 1]! + width) / 2 + GAP)
  const blocks: { sum: number; count: number }[] = []
  for (const [index, aim] of aims.entries()) {
    blocks.push({ sum: aim - offsets[index]!, count: 1 })
    while (blocks.length > 1) {
      const [before, last] = [blocks.at(-2)!, blocks.at(-1)!]
      if (before.sum / before.count <= last.sum / last.count) break
      blocks.splice(-2, 2, { sum: before.sum + last.sum, count: before.count + last.count })
    }
  }
  return blocks
    .flatMap(({ sum, count }) => Array.from({ length: count }, () => sum / count))
    .map((start, index) => start + offsets[index]!)
}
