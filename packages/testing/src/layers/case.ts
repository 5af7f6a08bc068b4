import { joinShapes, type Layer, type Ports, type PortValues, type Shape, type WeightSpec } from '@recspec/core'
import { type Params, settingsOf, withDefaults } from '../settings.js'

/** One use of a layer: parameters beside the defaults, and the shapes at its ports. */
export interface LayerCase {
  readonly params?: Params
  /** By port; a list of shapes at a port of several nodes. A first size `"length"` is that of sequences with a mask. */
  readonly inputs?: Readonly<Record<string, Shape | readonly Shape[]>>
}

/** A case with all that follows from it at compile time. */
export interface PreparedLayer {
  /** The case as text, for messages. */
  readonly label: string
  readonly params: Params
  /** Shapes of the nodes, port by port, in the order of ports. */
  readonly nodes: readonly { readonly port: string; readonly shape: Shape }[]
  readonly shapes: PortValues<Ports, Shape>
  readonly output: Shape
  readonly weights: Readonly<Record<string, WeightSpec>>
}

/** Values by port, from one for each node. */
export const byPort = <V>(
  ports: Ports,
  nodes: PreparedLayer['nodes'],
  values: readonly V[],
  join: (values: readonly V[]) => V,
): PortValues<Ports, V> =>
  Object.fromEntries(
    Object.entries(ports).map(([port, kind]) => {
      const own = values.filter((_, place) => nodes[place]!.port === port)
      return [port, kind === 'many' ? own : own.length === 1 ? own[0]! : join(own)]
    }),
  ) as PortValues<Ports, V>

/** A case as the compiler sees it; throws what the layer throws. */
export const prepareLayer = (layer: Layer, params: Params, nodes: PreparedLayer['nodes']): PreparedLayer => {
  const shapes = byPort<Shape>(
    layer.inputs,
    nodes,
    nodes.map(({ shape }) => shape),
    joinShapes,
  )
  const output = layer.shape(params, shapes)
  const weights = layer.weights?.(params, shapes) ?? {}
  const sizes = nodes.map(({ shape }) => `[${shape.join(', ')}]`).join(' and ')
  return { label: `with ${JSON.stringify(params)} of ${sizes}`, params, nodes, shapes, output, weights }
}

const isList = (shapes: Shape | readonly Shape[]): shapes is readonly Shape[] => shapes.some(Array.isArray)

/** The nodes that a case names by port; throws a bare sentence where it leaves out a port. */
export const nodesOf = (layer: Layer, inputs: NonNullable<LayerCase['inputs']>): PreparedLayer['nodes'] =>
  Object.keys(layer.inputs).flatMap((port) => {
    const given = inputs[port]
    if (given === undefined) throw new Error(`the case gives no shape for port "${port}"`)
    return (isList(given) ? given : [given]).map((shape) => ({ port, shape }))
  })

/** Shapes that are tried at a port; the widths of vectors are distinct so that sizes cannot be mixed up. */
const vectors: readonly Shape[] = [[4], [3], [1]]
const sequences: readonly Shape[] = [
  ['length', 4],
  [5, 4],
]

/** Shapes for the nodes of a layer, the most usual first: equal vectors, different vectors, sequences, both. */
const arrangements = (layer: Layer): readonly PreparedLayer['nodes'][] => {
  const ports = Object.entries(layer.inputs)
  const found: PreparedLayer['nodes'][] = []
  const counts = ports.some(([, kind]) => kind === 'many')
    ? [2, 3, 1]
    : ports.some(([, kind]) => kind === 'joined')
      ? [1, 2]
      : [1]
  const arrange = (count: number, shapeOf: (port: number, node: number) => Shape) =>
    found.push(
      ports.flatMap(([port, kind], place) =>
        Array.from({ length: kind === 'many' || kind === 'joined' ? count : 1 }, (_, node) => ({
          port,
          shape: shapeOf(place, node),
        })),
      ),
    )
  for (const count of counts) {
    for (const shape of [...vectors.slice(0, 2), ...sequences, vectors[2]!]) arrange(count, () => shape)
    arrange(count, (port, node) => vectors[(port + node) % 2]!)
    arrange(count, (port, node) => vectors[port + node === 0 ? 2 : 0]!)
    if (ports.length > 1) {
      arrange(count, (port) => (port === 0 ? sequences[0]! : vectors[0]!))
      arrange(count, (port) => (port === 0 ? vectors[0]! : sequences[0]!))
    }
  }
  return found
}

/** A vector at each port. */
export const firstNodes = (layer: Layer): PreparedLayer['nodes'] => arrangements(layer)[0]!

/** Cases beyond which no more are generated. */
const MOST_CASES = 6
const MOST_OF_SETTING = 3

/** What a layer threw at shapes that it does not take. */
export interface Refusal {
  readonly params: Params
  readonly nodes: PreparedLayer['nodes']
  readonly error: unknown
}

/** The cases of a layer, all its settings in one case each, and what it refused. */
export interface LayerUses {
  readonly cases: readonly PreparedLayer[]
  readonly settings: readonly PreparedLayer[]
  readonly refusals: readonly Refusal[]
}

/** Cases of a layer: those given, else those that its schema and its `shape` accept. */
export const layerCases = (layer: Layer, given: readonly LayerCase[] | undefined): LayerUses => {
  const refusals: Refusal[] = []
  const tried = (params: Params, nodes: PreparedLayer['nodes']): PreparedLayer | undefined => {
    try {
      return prepareLayer(layer, params, nodes)
    } catch (error) {
      refusals.push({ params, nodes, error })
      return undefined
    }
  }
  const generated = (params: Params, most: number) => {
    const cases: PreparedLayer[] = []
    for (const nodes of arrangements(layer)) {
      const prepared = tried(params, nodes)
      if (!prepared) continue
      // one case of vectors and one of sequences say more than two of vectors
      if (cases.some((one) => kindOf(one) === kindOf(prepared))) continue
      cases.push(prepared)
      if (cases.length >= most) break
    }
    return cases
  }
  if (given && given.length > 0) {
    const cases = given.flatMap(({ params = {}, inputs }) => {
      const all = withDefaults(layer.params, params)
      return inputs ? [prepareLayer(layer, all, nodesOf(layer, inputs))] : generated(all, MOST_OF_SETTING)
    })
    return {
      cases,
      settings: [...cases, ...settingsOf(layer.params).flatMap((params) => generated(params, 1))],
      refusals,
    }
  }
  const cases: PreparedLayer[] = []
  const settings: PreparedLayer[] = []
  for (const params of settingsOf(layer.params)) {
    const own = generated(params, cases.length === 0 ? 4 : 2)
    settings.push(...own)
    if (cases.length < MOST_CASES) cases.push(...(cases.length === 0 ? own : own.slice(0, 1)))
  }
  return { cases, settings, refusals }
}

/** What tells cases of one setting apart: number, rank and known sizes of their nodes. */
const kindOf = ({ nodes }: PreparedLayer): string =>
  `${nodes.length} ${nodes.map(({ shape }) => (typeof shape[0] === 'string' ? 'sequence' : shape.length)).join()} ${new Set(nodes.map(({ shape }) => shape.join())).size}`
