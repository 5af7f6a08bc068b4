import { ArtifactError } from './error.js'

/** A text of the metadata; throws an ArtifactError where it is missing. */
export const metadataText = (metadata: ReadonlyMap<string, string>, name: string): string => {
  const found = metadata.get(name)
  if (found === undefined) throw new ArtifactError('metadata', `missing metadata "${name}"`)
  return found
}

/**
 * JSON of the metadata that has the form which `accepts` tests; undefined where there is no such metadata. Throws an
 * ArtifactError where it is no JSON or has another form.
 */
export const metadataJson = <T>(
  metadata: ReadonlyMap<string, string>,
  name: string,
  accepts: (value: unknown) => value is T,
): T | undefined => {
  const text = metadata.get(name)
  if (text === undefined) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new ArtifactError('metadata', `metadata "${name}" is no JSON`)
  }
  if (!accepts(value)) throw new ArtifactError('metadata', `metadata "${name}" has another form than expected`)
  return value
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isRecordOf =
  <T>(accepts: (value: unknown) => value is T) =>
  (value: unknown): value is Readonly<Record<string, T>> =>
    isRecord(value) && Object.values(value).every(accepts)

export const isListOf =
  <T>(accepts: (value: unknown) => value is T) =>
  (value: unknown): value is readonly T[] =>
    Array.isArray(value) && value.every(accepts)

export const isText = (value: unknown): value is string => typeof value === 'string'
/** JSON writes NaN as null. */
export const isNumber = (value: unknown): value is number | null => value === null || Number.isFinite(value)
export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
