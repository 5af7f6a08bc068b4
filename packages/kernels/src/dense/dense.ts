/** The sizes of a dense layer: an input [rows, from], a kernel [from, to], and relu if `relu`. */
export interface DenseLayer {
  readonly rows: number
  readonly from: number
  readonly to: number
  readonly relu: boolean
}

/** Gradients of a layer by its input and its weights. */
export interface DenseGradients {
  readonly x: Float32Array
  readonly kernel: Float32Array
  readonly bias: Float32Array
}

/** f(x K + b), [rows, to]; `bias` absent: zeros. The reference of assembly/dense. */
export const denseForward = (
  { rows, from, to, relu }: DenseLayer,
  x: Float32Array,
  kernel: Float32Array,
  bias?: Float32Array,
): Float32Array => {
  const out = new Float32Array(rows * to)
  for (let row = 0; row < rows; row++)
    for (let unit = 0; unit < to; unit++) {
      let sum = bias ? bias[unit]! : 0
      for (let k = 0; k < from; k++) sum += x[row * from + k]! * kernel[k * to + unit]!
      out[row * to + unit] = relu ? Math.max(sum, 0) : sum
    }
  return out
}

/** Gradients of `denseForward`, given the gradient dy by its result y. */
export const denseBackward = (
  { rows, from, to, relu }: DenseLayer,
  x: Float32Array,
  kernel: Float32Array,
  y: Float32Array,
  dy: Float32Array,
): DenseGradients => {
  const gradients = {
    x: new Float32Array(rows * from),
    kernel: new Float32Array(from * to),
    bias: new Float32Array(to),
  }
  for (let row = 0; row < rows; row++)
    for (let unit = 0; unit < to; unit++) {
      const at = row * to + unit
      if (relu && !(y[at]! > 0)) continue
      gradients.bias[unit]! += dy[at]!
      for (let k = 0; k < from; k++) {
        gradients.x[row * from + k]! += dy[at]! * kernel[k * to + unit]!
        gradients.kernel[k * to + unit]! += dy[at]! * x[row * from + k]!
      }
    }
  return gradients
}
