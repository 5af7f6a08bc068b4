import { type Graph, operatorName, type tf } from '@recspec/core'
import type { Builder } from './builder.js'
import { BatchDependence, compareTraces, type Program, type Value } from './compare.js'
import { isBatch } from './dims.js'
import { translations } from './kernels/index.js'
import { type Operand, typeOf } from './kernels/kernel.js'
import type { Data, ElementType } from './proto.js'
import { refusal } from './refusal.js'
import { ReadWhileTraced, type Recorder, trace } from './trace.js'

/** Two batch sizes that no other length of a document is likely to be a multiple of at once. */
const SIZES = [3, 7] as const

/**
 * Writes what a function computes as operations of a graph: it is run for two batches, and each kernel of tfjs that ran
 * is translated. `named` tensors of the recorder are values of the graph. Throws a refusal that names the kernel, the
 * node of the document and its plugin where one has no translation.
 */
export const translate = async (
  graph: Builder,
  document: Graph,
  run: (recorder: Recorder, batch: number) => readonly tf.Tensor[],
): Promise<readonly Operand[]> => {
  try {
    const [small, large] = SIZES
    const first = await trace((recorder) => run(recorder, small))
    const second = await trace((recorder) => run(recorder, large))
    return write(graph, document, compareTraces(first, second, SIZES))
  } catch (error) {
    // what an op of a plugin throws is the cause of the fault that it is blamed for
    const thrown = error instanceof Error && error.cause ? error.cause : error
    if (thrown instanceof BatchDependence || thrown instanceof ReadWhileTraced)
      throw refused(document, thrown.place, thrown.message)
    throw error
  }
}

const refused = (document: Graph, place: string, what: string): Error => {
  const node = document.nodes.get(place.replace('/ops/', ''))
  const type = node?.kind === 'op' ? `: ${operatorName(node.type, document.plugins)}` : ''
  return refusal(
    `${place || document.name}${type} cannot be written as ONNX: it ${what}`,
    'every operation of a graph is one of ONNX, the same for every batch; docs/onnx.md lists the kernels',
  )
}

const write = (graph: Builder, document: Graph, program: Program): readonly Operand[] => {
  const operands = new Map<number, Operand>()
  const operandOf = (number: number): Operand => {
    const found = operands.get(number)
    if (found) return found
    const value = program.value(number)
    const { dims, dtype } = value
    const made = { name: nameOf(graph, value), dims, dtype }
    operands.set(number, made)
    return made
  }
  for (const call of program.calls) {
    const translation = translations.get(call.kernel)
    if (!translation) throw refused(document, call.place, `runs the kernel "${call.kernel}" of tfjs`)
    graph.at(call.place)
    const inputs = new Map([...call.inputs].map(([name, number]) => [name, operandOf(number)]))
    const outputs = call.outputs.map((number) => program.value(number))
    try {
      const names = translation({
        graph,
        inputs: [...inputs.values()],
        input: (name) => inputs.get(name)!,
        optional: (name) => inputs.get(name),
        attributes: call.attributes,
        outputs,
      })
      const list = typeof names === 'string' ? [names] : names
      call.outputs.forEach((number, k) => {
        const { dims, dtype } = outputs[k]!
        operands.set(number, { name: list[k]!, dims, dtype })
      })
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'Error' || 'reason' in error) throw error
      throw refused(document, call.place, `runs the kernel "${call.kernel}" of tfjs, which ${error.message}`)
    }
  }
  return program.results.map(operandOf)
}

/** The name of a value that no call gives. */
const nameOf = (graph: Builder, value: Value): string => {
  if (value.of === 'name') return value.name
  if (value.of === 'call') throw new Error('a value of a call that was not translated')
  const { shape, values } = value.fill
  const type = typeOf(value.dtype)
  const first = values[0]
  const uniform = values.length > 0 && Array.from(values).every((one) => one === first)
  const name =
    uniform && shape.every((size) => size === 1)
      ? graph.scalar(type, first!)
      : graph.constant('/constant', type, shape, arrayOf(type, values))
  if (value.dims.some(isBatch)) return graph.node('Expand', [name, graph.shape(value.dims)])
  // a scalar broadcasts as [1, …, 1] does, but has fewer axes
  return shape.length > 0 && uniform && shape.every((size) => size === 1)
    ? graph.node('Reshape', [name, graph.ints(shape)])
    : name
}

const arrayOf = (type: ElementType, values: ArrayLike<number>): Data =>
  type === 'float' ? Float32Array.from(values) : type === 'int32' ? Int32Array.from(values) : Uint8Array.from(values)
