import type { Call, Operand, Translation, Translations } from './kernel.js'
import { typeOf } from './kernel.js'

/** An operation of ONNX on the same inputs. */
const same =
  (op: string): Translation =>
  ({ graph, inputs }) =>
    graph.node(
      op,
      inputs.map(({ name }) => name),
    )

const scalar = ({ graph }: Call, like: Operand, value: number): string => graph.scalar(typeOf(like.dtype), value)

/** A formula of the first input. */
const formula =
  (of: (call: Call, x: string, first: Operand) => string): Translation =>
  (call) =>
    of(call, call.inputs[0]!.name, call.inputs[0]!)

/** x − y ⌊x / y⌋, which has the sign of y. */
const modulo: Translation = ({ graph, inputs: [a, b] }) => {
  if (a!.dtype !== 'float32') return graph.node('Mod', [a!.name, b!.name])
  const whole = graph.node('Floor', [graph.node('Div', [a!.name, b!.name])])
  return graph.node('Sub', [a!.name, graph.node('Mul', [whole, b!.name])])
}

const floorDiv: Translation = ({ graph, inputs: [a, b] }) => {
  if (a!.dtype === 'float32') return graph.node('Floor', [graph.node('Div', [a!.name, b!.name])])
  // division of integers of ONNX truncates
  const [x, y] = [a!, b!].map(({ name }) => graph.node('Cast', [name], { to: { int: 11 } }))
  return graph.node('Cast', [graph.node('Floor', [graph.node('Div', [x!, y!])])], { to: { int: 6 } })
}

/** Arithmetic of two inputs, and functions of each number. */
export const arithmetic: Translations = {
  Add: same('Add'),
  AddN: same('Sum'),
  Multiply: same('Mul'),
  Sub: same('Sub'),
  RealDiv: same('Div'),
  FloorDiv: floorDiv,
  Mod: modulo,
  Pow: same('Pow'),
  Maximum: same('Max'),
  Minimum: same('Min'),
  SquaredDifference: ({ graph, inputs: [a, b] }) => {
    const gap = graph.node('Sub', [a!.name, b!.name])
    return graph.node('Mul', [gap, gap])
  },
  Prelu: same('PRelu'),
  Neg: same('Neg'),
  Abs: same('Abs'),
  Exp: same('Exp'),
  Log: same('Log'),
  Sqrt: same('Sqrt'),
  Reciprocal: same('Reciprocal'),
  Floor: same('Floor'),
  Ceil: same('Ceil'),
  Round: same('Round'),
  Sign: same('Sign'),
  Sin: same('Sin'),
  Cos: same('Cos'),
  Tan: same('Tan'),
  Asin: same('Asin'),
  Acos: same('Acos'),
  Atan: same('Atan'),
  Sinh: same('Sinh'),
  Cosh: same('Cosh'),
  Asinh: same('Asinh'),
  Acosh: same('Acosh'),
  Atanh: same('Atanh'),
  Tanh: same('Tanh'),
  Sigmoid: same('Sigmoid'),
  Relu: same('Relu'),
  Elu: same('Elu'),
  Selu: same('Selu'),
  Softplus: same('Softplus'),
  Erf: same('Erf'),
  Square: formula(({ graph }, x) => graph.node('Mul', [x, x])),
  Rsqrt: formula(({ graph }, x) => graph.node('Reciprocal', [graph.node('Sqrt', [x])])),
  Log1p: formula((call, x, like) => call.graph.node('Log', [call.graph.node('Add', [x, scalar(call, like, 1)])])),
  Expm1: formula((call, x, like) => call.graph.node('Sub', [call.graph.node('Exp', [x]), scalar(call, like, 1)])),
  Relu6: formula((call, x, like) => call.graph.node('Clip', [x, scalar(call, like, 0), scalar(call, like, 6)])),
  LeakyRelu: formula(({ graph, attributes }, x) =>
    graph.node('LeakyRelu', [x], { alpha: { float: attributes.alpha as number } }),
  ),
  ClipByValue: formula((call, x, like) => {
    const { clipValueMin, clipValueMax } = call.attributes as { clipValueMin: number; clipValueMax: number }
    return call.graph.node('Clip', [x, scalar(call, like, clipValueMin), scalar(call, like, clipValueMax)])
  }),
  Step: formula((call, x, like) => {
    const above = call.graph.node('Greater', [x, scalar(call, like, 0)])
    const other = scalar(call, like, (call.attributes.alpha as number | undefined) ?? 0)
    return call.graph.node('Where', [above, scalar(call, like, 1), other])
  }),
}
