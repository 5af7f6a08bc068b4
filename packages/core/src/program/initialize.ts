import { key, normal, uniform } from '@recspec/kernels'
import type { Init } from '../contract/init.js'

/** A hash of a name, as part of a random key. */
export const nameKey = (name: string): number => key(...Array.from(name, (letter) => letter.codePointAt(0)!))

/** Initializes a weight whose rows have `width` numbers; glorot uses the last two sizes of `fans`. */
export const fill = (out: Float32Array, init: Init, width: number, fans: readonly number[], random: number): void => {
  const spec = typeof init === 'string' ? { type: init } : init
  const draw = initializers[spec.type](spec as never, width, fans, random)
  for (let index = 0; index < out.length; index++) out[index] = draw(index)
}

type Draw = (index: number) => number

/** The initializers, by the `type` in a document. */
const initializers = {
  zeros: (): Draw => () => 0,
  ones: (): Draw => () => 1,
  constant:
    ({ value }: { value: number }): Draw =>
    () =>
      value,
  normal: ({ deviation }: { deviation?: number }, width: number, _: unknown, random: number): Draw => {
    const scale = deviation ?? 0.1 / Math.sqrt(width)
    return (index) => scale * normal(random, index)
  },
  uniform: ({ limit }: { limit?: number }, width: number, _: unknown, random: number): Draw => {
    const scale = limit ?? 0.1 / Math.sqrt(width)
    return (index) => scale * (2 * uniform(random, index) - 1)
  },
  glorot: (__: unknown, _: number, fans: readonly number[], random: number): Draw => {
    const limit = Math.sqrt(6 / ((fans.at(-2) ?? 1) + fans.at(-1)!))
    return (index) => limit * (2 * uniform(random, index) - 1)
  },
} as const
