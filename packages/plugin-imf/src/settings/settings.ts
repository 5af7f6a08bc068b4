import { hkv } from './hkv.js'
import { ials } from './ials.js'
import { implicit } from './implicit.js'
import { lenskit } from './lenskit.js'
import { spark } from './spark.js'

/** What a program was told, by its own names. */
export type Given = Readonly<Record<string, unknown>>

/** The parts of a document that make it minimise what another program minimises. */
export interface Settings {
  /** Of the head. */
  readonly loss: Readonly<Record<string, unknown>> & { readonly type: string }
  /** Of both tables. */
  readonly embeddings: {
    readonly dim: number
    readonly l2: number
    readonly nu: number
    readonly init: Readonly<Record<string, unknown>>
  }
  readonly solver: Readonly<Record<string, unknown>> & { readonly type: string }
  /** What holds and what does not, for people. */
  readonly note: string
}

/** Programs whose settings can be carried over, by name. */
export const conventions: ReadonlyMap<string, (given: Given) => Settings> = new Map(
  Object.entries({ implicit, spark, lenskit, ials, hkv }),
)

/**
 * Carries the settings of implicit, Spark, LensKit, Google's iALS or the paper of Hu, Koren and Volinsky over to a document;
 * what is not given is the program's own default. Throws a sentence about settings that cannot be carried over.
 */
export const settings = (from: 'implicit' | 'spark' | 'lenskit' | 'ials' | 'hkv', given: Given): Settings => {
  const convert = conventions.get(from)
  if (!convert) throw new Error(`unknown program "${from}": there are ${[...conventions.keys()].join(', ')}`)
  return convert(given)
}
