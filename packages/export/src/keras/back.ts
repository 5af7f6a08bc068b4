import { ArtifactError, type RestoredWeights } from '@recspec/core'
import { readPlain } from './safetensors.js'

/** Weights that a Keras program wrote, and what trained them. */
export interface KerasWeights {
  readonly weights: RestoredWeights
  /** `keras 3.15.1 on jax`; undefined where the program did not train. */
  readonly from?: string
}

/**
 * Reads the weights file of a folder, by the names of the artifact. Throws an `ArtifactError` where the file is
 * damaged, or has an array that is neither a table nor a weight.
 */
export const readKerasWeights = (bytes: Uint8Array): KerasWeights => {
  const { tensors, metadata } = readPlain(bytes)
  const values = new Map<string, Float32Array>()
  const shapes = new Map<string, readonly number[]>()
  for (const [name, { data, shape }] of tensors) {
    const short = /^(?:table|weight)\/(.+)$/.exec(name)?.[1]
    if (short === undefined) throw new ArtifactError('tensor', 'is neither a table nor a weight', name)
    values.set(short, data as Float32Array)
    shapes.set(short, shape)
  }
  const { keras, backend } = metadata
  return { weights: { values, shapes }, ...(keras && backend ? { from: `keras ${keras} on ${backend}` } : {}) }
}
