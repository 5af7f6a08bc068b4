import * as tf from '@tensorflow/tfjs-core'

/** A dimension of a result: its size and how far each operand moves along it, in numbers. */
export interface Dimension {
  readonly size: number
  readonly a: number
  readonly b: number
}

/** Steps of an operand along the dimensions of the result: 0 where it is repeated. */
const stepsOf = (shape: readonly number[], out: readonly number[]): number[] => {
  const steps = new Array<number>(out.length).fill(0)
  let step = 1
  for (let dim = shape.length - 1; dim >= 0; dim--) {
    const size = shape[dim]!
    steps[dim + out.length - shape.length] = size === 1 ? 0 : step
    step *= size
  }
  return steps
}

/** The shape of a result, and its dimensions, of which neighbours that both operands run through are one. */
export const broadcast = (a: number[], b: number[]): { shape: number[]; dimensions: readonly Dimension[] } => {
  const shape = tf.broadcast_util.assertAndGetBroadcastShape(a, b)
  const [aSteps, bSteps] = [stepsOf(a, shape), stepsOf(b, shape)]
  const dimensions: Dimension[] = []
  for (let dim = shape.length - 1; dim >= 0; dim--) {
    const size = shape[dim]!
    if (size === 1) continue
    const [own, other] = [aSteps[dim]!, bSteps[dim]!]
    const inner = dimensions.at(-1)
    if (inner && own === inner.a * inner.size && other === inner.b * inner.size)
      dimensions[dimensions.length - 1] = { ...inner, size: inner.size * size }
    else dimensions.push({ size, a: own, b: other })
  }
  return { shape, dimensions: dimensions.reverse() }
}
