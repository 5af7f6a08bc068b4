import { types } from '../proto.js'
import { axesOf, type Call, type Translation, type Translations, typeOf } from './kernel.js'

const flag = (value: unknown) => ({ int: value ? 1 : 0 })

const reduced =
  (op: string): Translation =>
  ({ graph, inputs: [x], attributes }) => {
    const axes = axesOf(attributes.axis ?? attributes.reductionIndices, x!.dims.length)
    if (axes.length === 0) return x!.name
    return graph.node(op, [x!.name, graph.ints(axes)], { keepdims: flag(attributes.keepDims) })
  }

/** ONNX reduces numbers only. */
const reducedLogic =
  (op: string): Translation =>
  (call) => {
    const [x] = call.inputs
    const numbers = call.graph.node('Cast', [x!.name], { to: { int: types.int32 } })
    const found = reduced(op)({ ...call, inputs: [{ ...x!, name: numbers }] }) as string
    return call.graph.node('Cast', [found], { to: { int: types.bool } })
  }

/** The place of the largest or smallest number, the first where there are several. */
const place =
  (op: string): Translation =>
  ({ graph, inputs: [x], attributes }) => {
    const [axis] = axesOf(attributes.axis, x!.dims.length)
    const found = graph.node(op, [x!.name], { axis: { int: axis! }, keepdims: { int: 0 } })
    return graph.node('Cast', [found], { to: { int: types.int32 } })
  }

const softmax =
  (op: string): Translation =>
  ({ graph, inputs: [x], attributes }) =>
    graph.node(op, [x!.name], { axis: { int: axesOf(attributes.dim ?? attributes.axis ?? -1, x!.dims.length)[0]! } })

const cumsum = ({ graph, inputs: [x], attributes }: Call): string => {
  const [axis] = axesOf(attributes.axis, x!.dims.length)
  return graph.node('CumSum', [x!.name, graph.scalar('int64', axis!)], {
    exclusive: flag(attributes.exclusive),
    reverse: flag(attributes.reverse),
  })
}

/** Sums, means and the like along axes. */
export const reductions: Translations = {
  Sum: reduced('ReduceSum'),
  Mean: reduced('ReduceMean'),
  Max: reduced('ReduceMax'),
  Min: reduced('ReduceMin'),
  Prod: reduced('ReduceProd'),
  All: reducedLogic('ReduceMin'),
  Any: reducedLogic('ReduceMax'),
  ArgMax: place('ArgMax'),
  ArgMin: place('ArgMin'),
  Softmax: softmax('Softmax'),
  LogSoftmax: softmax('LogSoftmax'),
  Cumsum: cumsum,
  TopK: ({ graph, inputs: [x], attributes }) => {
    const count = graph.ints([attributes.k as number])
    const [values, places] = graph.nodes('TopK', [x!.name, count], { axis: { int: -1 } }, 2)
    return [values!, graph.node('Cast', [places!], { to: { int: types[typeOf('int32')] } })]
  },
}
