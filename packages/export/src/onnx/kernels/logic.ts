import { types } from '../proto.js'
import type { Translation, Translations } from './kernel.js'
import { typeOf } from './kernel.js'

const same =
  (op: string): Translation =>
  ({ graph, inputs }) =>
    graph.node(
      op,
      inputs.map(({ name }) => name),
    )

/** Comparisons, which ONNX defines of numbers only. */
const compared =
  (op: string): Translation =>
  ({ graph, inputs }) =>
    graph.node(
      op,
      inputs.map(({ name, dtype }) =>
        dtype === 'bool' ? graph.node('Cast', [name], { to: { int: types.int32 } }) : name,
      ),
    )

const negated =
  (translation: Translation): Translation =>
  (call) =>
    call.graph.node('Not', [translation(call) as string])

/** Comparisons, logic and choices. */
export const logic: Translations = {
  Equal: compared('Equal'),
  NotEqual: negated(compared('Equal')),
  Greater: compared('Greater'),
  GreaterEqual: compared('GreaterOrEqual'),
  Less: compared('Less'),
  LessEqual: compared('LessOrEqual'),
  LogicalAnd: same('And'),
  LogicalOr: same('Or'),
  LogicalNot: same('Not'),
  IsNan: same('IsNaN'),
  IsInf: same('IsInf'),
  IsFinite: ({ graph, inputs: [x] }) =>
    graph.node('Not', [graph.node('Or', [graph.node('IsNaN', [x!.name]), graph.node('IsInf', [x!.name])])]),
  Cast: ({ graph, inputs: [x], outputs: [out] }) =>
    x!.dtype === out!.dtype ? x!.name : graph.node('Cast', [x!.name], { to: { int: types[typeOf(out!.dtype)] } }),
  Select: ({ graph, input, outputs: [out] }) => {
    const condition = input('condition')
    const [t, e] = [input('t'), input('e')]
    // a condition with fewer axes chooses whole entries
    const missing = out!.dims.length - condition.dims.length
    const chosen =
      missing > 0
        ? graph.node('Unsqueeze', [
            condition.name,
            graph.ints(Array.from({ length: missing }, (_, k) => condition.dims.length + k)),
          ])
        : condition.name
    return graph.node('Where', [chosen, t.name, e.name])
  },
}
