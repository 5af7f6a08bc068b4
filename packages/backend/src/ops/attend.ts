import * as tf from '@tensorflow/tfjs-core'
import type { TensorBackend } from '../backend.js'
import { activeBackend } from '../open.js'
import { output } from './tensors.js'

/** How steps see each other. */
export interface Sight {
  readonly heads: number
  /** A step sees itself and earlier steps only. */
  readonly causal: boolean
  /** [n, length]: steps that are 0 are not seen. */
  readonly mask?: tf.Tensor | undefined
}

/** Bytes of the panels that a thread packs. */
const panelBytes = (length: number, size: number): number =>
  4 * Math.max(size * Math.ceil(length / 8) * 8, length * Math.ceil(size / 8) * 8)

/** Runs work with panels for every thread. */
const withPanels = (backend: TensorBackend, bytes: number, work: (panels: number) => void): void => {
  const { kernels } = backend
  const panels = kernels.allocate(bytes * kernels.threads)
  work(panels)
  kernels.free(panels, bytes * kernels.threads)
}

const fused = (
  backend: TensorBackend,
  given: readonly [query: tf.Tensor, key: tf.Tensor, value: tf.Tensor],
  { heads, causal, mask }: Sight,
): tf.Tensor =>
  tf.customGrad((...all) => {
    const save = all.pop() as unknown as tf.GradSaveFunc
    const [query, key, value] = all as [tf.Tensor, tf.Tensor, tf.Tensor]
    const [n, length, dim] = query.shape as [number, number, number]
    const size = dim / heads
    const [out, shares] = [output(backend, query.shape), output(backend, [n, heads, length, length])]
    const threadBytes = panelBytes(length, size)
    withPanels(backend, threadBytes, (panels) => {
      backend.kernels.run('attend', n * heads, {
        ...{ query: backend.place(query), key: backend.place(key), value: backend.place(value) },
        ...{ mask: mask ? backend.place(mask) : 0, shares: shares.at, out: out.at },
        ...{ length, heads, size, causal: causal ? 1 : 0, panels, threadBytes },
      })
    })
    save([query, key, value, shares.tensor])
    return {
      value: out.tensor,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => gradients(backend, saved, dy, { heads, causal }),
    }
  })(...given)

const gradients = (
  backend: TensorBackend,
  [query, key, value, shares]: readonly tf.Tensor[],
  dy: tf.Tensor,
  { heads, causal }: Pick<Sight, 'heads' | 'causal'>,
): tf.Tensor[] => {
  const [n, length, dim] = query!.shape as [number, number, number]
  const size = dim / heads
  const threadBytes = panelBytes(length, size)
  const slopes = output(backend, shares!.shape)
  const [dquery, dkey, dvalue] = [query!, key!, value!].map(({ shape }) => output(backend, shape))
  withPanels(backend, threadBytes, (panels) => {
    backend.kernels.run('attendGradient', n * heads, {
      ...{ query: backend.place(query!), key: backend.place(key!), value: backend.place(value!) },
      ...{ shares: backend.place(shares!), dy: backend.place(dy), slopes: slopes.at },
      ...{ dquery: dquery!.at, dkey: dkey!.at, dvalue: dvalue!.at },
      ...{ length, heads, size, causal: causal ? 1 : 0, panels, threadBytes },
    })
  })
  return [dquery!.tensor, dkey!.tensor, dvalue!.tensor]
}

/** Of operations of tfjs. A step that sees nothing gives zeros. */
const composed = (query: tf.Tensor, key: tf.Tensor, value: tf.Tensor, sight: Sight): tf.Tensor => {
  const [n, length, dim] = query.shape as [number, number, number]
  const { heads } = sight
  const size = dim / heads
  const parts = (x: tf.Tensor, axes: number[]) => tf.transpose(tf.reshape(x, [n, length, heads, size]), axes)
  const scores = tf.div(tf.matMul(parts(query, [0, 2, 1, 3]), parts(key, [0, 2, 3, 1])), Math.sqrt(size))
  const seen = visible(length, sight)
  // −10⁹ hides a step from steps that see another; where nothing is seen the shares are equal and dropped
  const shares = tf.softmax(seen ? tf.add(scores, tf.mul(tf.sub(seen, 1), 1e9)) : scores)
  const kept = seen ? tf.mul(shares, tf.broadcastTo(seen, shares.shape)) : shares
  const out = tf.matMul(kept, parts(value, [0, 2, 1, 3])) // [n, heads, length, size]
  return tf.reshape(tf.transpose(out, [0, 2, 1, 3]), [n, length, dim])
}

/** 1 where a step is seen, for [n, head, from, to]. */
const visible = (length: number, { causal, mask }: Sight): tf.Tensor | undefined => {
  const earlier = Float32Array.from({ length: length * length }, (_, cell) =>
    cell % length > Math.floor(cell / length) ? 0 : 1,
  )
  const before = causal ? tf.tensor(earlier, [1, 1, length, length]) : undefined
  const present = mask && tf.reshape(mask, [-1, 1, 1, length])
  return before && present ? tf.mul(before, present) : (before ?? present)
}

/**
 * Scaled dot-product attention (Vaswani et al., 2017): query, key and value [n, length, dim], every head on its own
 * slice of the width.
 */
export const attend = (query: tf.Tensor, key: tf.Tensor, value: tf.Tensor, sight: Sight): tf.Tensor => {
  const backend = activeBackend()
  return backend ? fused(backend, [query, key, value], sight) : composed(query, key, value, sight)
}
