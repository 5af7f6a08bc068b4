import { hkv } from './hkv.js'
import { ials } from './ials.js'
import { implicit } from './implicit.js'
import { lenskit } from './lenskit.js'
import { spark } from './spark.js'

/** Settings of another library, by its own names. */
export type LibrarySettings = Readonly<Record<string, unknown>>

/** The parts of a document that make it minimize what another library minimizes. */
export interface DocumentSettings {
  /** The loss of the head. */
  readonly loss: Readonly<Record<string, unknown>> & { readonly type: string }
  /** The parameters of both tables. */
  readonly embeddings: {
    readonly dim: number
    readonly l2: number
    readonly nu: number
    readonly init: Readonly<Record<string, unknown>>
  }
  readonly solver: Readonly<Record<string, unknown>> & { readonly type: string }
  /** One or two sentences on what is the same and what differs. */
  readonly note: string
}

/** The conversion of each library's settings, by name. */
export const converters: ReadonlyMap<string, (settings: LibrarySettings) => DocumentSettings> = new Map(
  Object.entries({ implicit, spark, lenskit, ials, hkv }),
)

/**
 * Converts the settings of implicit, Spark, LensKit, Google's iALS or the paper of Hu, Koren and Volinsky (`hkv`) into
 * parts of a document; missing settings have the library's defaults. Throws an `Error` with one sentence where a
 * setting is unknown, has the wrong type, or has no counterpart.
 */
export const convertSettings = (
  from: 'implicit' | 'spark' | 'lenskit' | 'ials' | 'hkv',
  settings: LibrarySettings,
): DocumentSettings => {
  const convert = converters.get(from)
  if (!convert) throw new Error(`unknown library "${from}": expected one of ${[...converters.keys()].join(', ')}`)
  return convert(settings)
}
