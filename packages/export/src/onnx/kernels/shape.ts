import { equalDims, isBatch } from '../dims.js'
import type { Attribute } from '../proto.js'
import { types } from '../proto.js'
import { axesOf, type Call, numbersOf, type Translation, type Translations, typeOf } from './kernel.js'

/** The same numbers in the shape of the output; −1 for the only axis that depends on the batch. */
const reshaped: Translation = ({ graph, inputs: [x], outputs: [out] }) => {
  const { dims } = out!
  if (dims.length === x!.dims.length && dims.every((dim, axis) => equalDims(dim, x!.dims[axis]))) return x!.name
  const whole = dims.filter(isBatch).length
  const shape =
    whole === 1 && !dims.includes(0) ? graph.ints(dims.map((dim) => (isBatch(dim) ? -1 : dim))) : graph.shape(dims)
  // 0 is a length of 0 here, and not the length of the same axis of x
  return graph.node('Reshape', [x!.name, shape], dims.includes(0) ? { allowzero: { int: 1 } } : {})
}

const filled = ({ graph, outputs: [out] }: Call, value: number): string =>
  graph.node('Expand', [graph.scalar(typeOf(out!.dtype), value), graph.shape(out!.dims)])

const concat = ({ graph, inputs, attributes }: Call): string =>
  graph.node(
    'Concat',
    inputs.map(({ name }) => name),
    { axis: { int: axesOf(attributes.axis, inputs[0]!.dims.length)[0]! } },
  )

/** Repeats: an axis of length 1 is stretched, others are repeated as a whole. */
const tiled: Translation = ({ graph, inputs: [x], outputs: [out] }) => {
  const { dims } = out!
  if (x!.dims.every((dim, axis) => dim === 1 || equalDims(dim, dims[axis])))
    return graph.node('Expand', [x!.name, graph.shape(dims)])
  const repeats = dims.map((dim, axis) => {
    const from = x!.dims[axis]!
    const ratio = isBatch(dim)
      ? isBatch(from)
        ? dim.batch / from.batch
        : from === 1
          ? dim
          : Number.NaN
      : dim / (from as number)
    if (typeof ratio === 'number' && !Number.isInteger(ratio)) throw new Error('repeats as often as the batch is long')
    return ratio
  })
  return graph.node('Tile', [x!.name, graph.shape(repeats)])
}

const padded =
  (mode: 'constant' | 'reflect' | 'edge'): Translation =>
  ({ graph, inputs: [x], attributes }) => {
    const paddings = attributes.paddings as readonly (readonly [number, number])[]
    const pads = graph.ints([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)])
    const value = mode === 'constant' ? [graph.scalar(typeOf(x!.dtype), attributes.constantValue as number)] : []
    return graph.node('Pad', [x!.name, pads, ...value], { mode: { text: mode } })
  }

/** In floats, which onnxruntime has it for. */
const oneHot: Translation = ({ graph, inputs: [indices], attributes, outputs: [out] }) => {
  const { depth, onValue, offValue } = attributes as { depth: number; onValue: number; offValue: number }
  const both = Float32Array.of(offValue, onValue)
  const places = graph.node('Cast', [indices!.name], { to: { int: types.int64 } })
  const values = graph.constant('/onehot', 'float', [2], both)
  const found = graph.node('OneHot', [places, graph.scalar('int64', depth), values], { axis: { int: -1 } })
  return out!.dtype === 'float32' ? found : graph.node('Cast', [found], { to: { int: types[typeOf(out!.dtype)] } })
}

/** Shapes, and values that depend on shapes only. */
export const shapes: Translations = {
  Identity: ({ inputs: [x] }) => x!.name,
  Reshape: reshaped,
  ExpandDims: reshaped,
  Transpose: ({ graph, inputs: [x], attributes }) =>
    graph.node('Transpose', [x!.name], { perm: { ints: numbersOf(attributes.perm) } }),
  Concat: concat,
  Pack: ({ graph, inputs, attributes }) => {
    const axis = axesOf(attributes.axis, inputs[0]!.dims.length + 1)[0]!
    const parts = inputs.map(({ name }) => graph.node('Unsqueeze', [name, graph.ints([axis])]))
    return graph.node('Concat', parts, { axis: { int: axis } })
  },
  Tile: tiled,
  PadV2: padded('constant'),
  MirrorPad: (call) => {
    if (call.attributes.mode !== 'reflect') throw new Error(`pads by "${call.attributes.mode}"`)
    return padded('reflect')(call)
  },
  Fill: (call) => filled(call, call.attributes.value as number),
  ZerosLike: (call) => filled(call, 0),
  OnesLike: (call) => filled(call, 1),
  OneHot: oneHot,
  Reverse: ({ graph, inputs: [x], attributes }) => {
    const axes = axesOf(attributes.dims, x!.dims.length)
    if (axes.some((axis) => isBatch(x!.dims[axis]))) throw new Error('reverses the batch')
    const of = (value: number) => graph.ints(axes.map(() => value))
    return graph.node('Slice', [x!.name, of(-1), of(-(2 ** 31)), graph.ints(axes), of(-1)])
  },
  GatherV2: ({ graph, input, attributes }) => {
    const { axis, batchDims } = attributes as { axis: number; batchDims: number }
    const [x, indices] = [input('x'), input('indices')]
    if (batchDims > 0) throw new Error('gathers with batch axes')
    return graph.node('Gather', [x.name, indices.name], {
      axis: { int: axesOf(axis, x.dims.length)[0]! },
    } satisfies Record<string, Attribute>)
  },
  GatherNd: ({ graph, input }) => {
    const indices = graph.node('Cast', [input('indices').name], { to: { int: types.int64 } })
    return graph.node('GatherND', [input('params').name, indices])
  },
}
