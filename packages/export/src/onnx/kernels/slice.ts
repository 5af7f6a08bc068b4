import { equalDims, isBatch } from '../dims.js'
import { axesOf, type Call, type Operand, type Translations } from './kernel.js'

/** A part of x: `size` steps from `begin` along some axes. */
const part = (
  graph: Call['graph'],
  x: Operand,
  axes: readonly (readonly [axis: number, begin: number, size: number])[],
) =>
  axes.length === 0
    ? x.name
    : graph.node('Slice', [
        x.name,
        graph.ints(axes.map(([, begin]) => begin)),
        graph.ints(axes.map(([, begin, size]) => begin + size)),
        graph.ints(axes.map(([axis]) => axis)),
      ])

/** Parts of tensors. */
export const slices: Translations = {
  Slice: ({ graph, inputs: [x], attributes, outputs: [out] }) => {
    const begin = attributes.begin as readonly number[]
    const cut = x!.dims.flatMap((dim, axis): (readonly [number, number, number])[] => {
      const size = out!.dims[axis]!
      if (equalDims(dim, size)) return []
      if (isBatch(dim) || isBatch(size)) throw new Error('takes a part of the batch')
      return [[axis, begin[axis]!, size]]
    })
    return part(graph, x!, cut)
  },
  StridedSlice: ({ graph, inputs: [x], attributes, outputs: [out] }) => {
    const { begin, end, strides, ...masks } = attributes as Record<'begin' | 'end' | 'strides', readonly number[]> &
      Record<string, number>
    const { beginMask = 0, endMask = 0, ellipsisMask = 0, newAxisMask = 0, shrinkAxisMask = 0 } = masks
    if (ellipsisMask || newAxisMask || shrinkAxisMask) throw new Error('takes a slice with new or removed axes')
    const cut = begin.flatMap((first, axis) => {
      const [dim, size, stride] = [x!.dims[axis]!, out!.dims[axis]!, strides[axis]!]
      if (equalDims(dim, size) && stride === 1) return []
      if (isBatch(dim)) throw new Error('takes a part of the batch')
      const open = stride > 0 ? 2 ** 31 : -(2 ** 31)
      const from = beginMask & (1 << axis) ? -open : first
      return [
        {
          axis,
          from: from === -open ? (stride > 0 ? 0 : dim - 1) : from,
          to: endMask & (1 << axis) ? open : end[axis]!,
          stride,
        },
      ]
    })
    if (cut.length === 0) return x!.name
    const of = (key: 'from' | 'to' | 'axis' | 'stride') => graph.ints(cut.map((one) => one[key]))
    return graph.node('Slice', [x!.name, of('from'), of('to'), of('axis'), of('stride')])
  },
  SplitV: ({ graph, inputs: [x], attributes, outputs }) => {
    const [axis] = axesOf(attributes.axis, x!.dims.length)
    const sizes = outputs.map(({ dims }) => dims[axis!]!)
    if (sizes.some(isBatch)) throw new Error('splits the batch')
    return graph.nodes(
      'Split',
      [x!.name, graph.ints(sizes as readonly number[])],
      { axis: { int: axis! } },
      sizes.length,
    )
  },
  Unpack: ({ graph, inputs: [x], attributes, outputs }) => {
    const [axis] = axesOf(attributes.axis, x!.dims.length)
    if (isBatch(x!.dims[axis!])) throw new Error('splits the batch')
    return outputs.map((_, k) => graph.node('Squeeze', [part(graph, x!, [[axis!, k, 1]]), graph.ints([axis!])]))
  },
}
