import { expect, test } from 'vitest'
import { layersOf } from './layers.js'
import { centersOf } from './positions.js'

const drawing = {
  name: 'biased',
  boxes: ['user', 'item', 'p', 'q', 'b', 'match', 'score'].map((id) => ({ id, lines: [id], kind: 'op' as const })),
  arrows: [
    ['user', 'p'],
    ['item', 'q'],
    ['item', 'b'],
    ['p', 'match'],
    ['q', 'match'],
    ['match', 'score'],
    ['b', 'score'],
  ] as const,
}

test('each box is below all that it reads, and an arrow over a layer has a place in it', () => {
  const { layers, routes } = layersOf(drawing)
  const depth = new Map(layers.flatMap((layer, index) => layer.map(({ id }) => [id, index] as const)))
  for (const [from, to] of drawing.arrows) expect(depth.get(from)!).toBeLessThan(depth.get(to)!)
  for (const route of routes)
    expect(route.slice(1).map((id, step) => depth.get(id)! - depth.get(route[step]!)!)).toEqual(
      route.slice(1).map(() => 1),
    )
  expect(routes.find((route) => route[0] === 'b')).toHaveLength(3)
})

test('no two boxes of a layer overlap', () => {
  const layered = layersOf(drawing)
  const centers = centersOf(layered, () => 60)
  for (const layer of layered.layers)
    for (const [index, { id }] of layer.entries())
      if (index > 0) expect(centers.get(id)! - centers.get(layer[index - 1]!.id)!).toBeGreaterThanOrEqual(60)
})
