import type { GraphDrawing } from './drawing.js'

/** A place in a layer: a box, or a bend of an arrow that passes the layer. */
export interface Place {
  readonly id: string
  readonly bend: boolean
}

/** Boxes in layers, each below all that it reads; and arrows as the places that they pass. */
export interface Layers {
  readonly layers: readonly (readonly Place[])[]
  readonly routes: readonly (readonly string[])[]
}

/** Sweeps over the layers that put places near those that they are connected with. */
const SWEEPS = 12

/** Layers of a graph without cycles, ordered by barycenters (Sugiyama et al., 1981). */
export const layersOf = ({ boxes, arrows }: GraphDrawing): Layers => {
  const depth = depthsOf(
    boxes.map(({ id }) => id),
    arrows,
  )
  const layers: Place[][] = []
  const at = (layer: number) => {
    while (layers.length <= layer) layers.push([])
    return layers[layer]!
  }
  for (const { id } of boxes) at(depth.get(id)!).push({ id, bend: false })
  const routes = arrows.map(([from, to], index) => {
    const bends = Array.from({ length: depth.get(to)! - depth.get(from)! - 1 }, (_, step) => `bend ${index} ${step}`)
    for (const [step, id] of bends.entries()) at(depth.get(from)! + 1 + step).push({ id, bend: true })
    return [from, ...bends, to]
  })
  return { layers: ordered(layers, routes), routes }
}

/** The longest way from a box that reads nothing; a box that is read in one place only moves down to its reader. */
const depthsOf = (ids: readonly string[], arrows: GraphDrawing['arrows']): ReadonlyMap<string, number> => {
  const depth = new Map(ids.map((id) => [id, 0]))
  for (let pass = 0; pass < ids.length; pass++) {
    let moved = false
    for (const [from, to] of arrows)
      if (depth.get(to)! <= depth.get(from)!) {
        depth.set(to, depth.get(from)! + 1)
        moved = true
      }
    if (!moved) break
  }
  for (const id of [...ids].reverse()) {
    const readers = arrows.filter(([from]) => from === id).map(([, to]) => depth.get(to)!)
    if (readers.length > 0 && !arrows.some(([, to]) => to === id)) depth.set(id, Math.min(...readers) - 1)
  }
  return depth
}

const ordered = (layers: Place[][], routes: Layers['routes']): Layers['layers'] => {
  const links = new Map<string, string[]>()
  const link = (a: string, b: string) => links.set(a, [...(links.get(a) ?? []), b])
  for (const route of routes)
    for (let step = 1; step < route.length; step++) {
      link(route[step - 1]!, route[step]!)
      link(route[step]!, route[step - 1]!)
    }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const down = sweep % 2 === 0
    for (let step = 1; step < layers.length; step++) {
      const layer = down ? step : layers.length - 1 - step
      const before = layers[down ? layer - 1 : layer + 1]!
      const order = new Map(before.map(({ id }, index) => [id, (index + 0.5) / before.length]))
      const size = layers[layer]!.length
      const aim = new Map(
        layers[layer]!.map(({ id }, index) => {
          const near = (links.get(id) ?? []).flatMap((other) => (order.has(other) ? [order.get(other)!] : []))
          return [
            id,
            near.length > 0 ? near.reduce((sum, value) => sum + value, 0) / near.length : (index + 0.5) / size,
          ]
        }),
      )
      layers[layer]!.sort((a, b) => aim.get(a.id)! - aim.get(b.id)!)
    }
  }
  return layers
}
