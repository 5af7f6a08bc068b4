import type { VectorsInit } from '../contract/init.js'
import type { Dataset, Vectors } from '../dataset/dataset.js'
import { l2Factor } from '../dataset/norm.js'
import { Failure } from '../failure.js'

/** The pretrained vectors of a name; `reader` (`input "covers"`) is who reads them. */
export const vectorsNamed = ({ vectors }: Pick<Dataset, 'vectors'>, name: string, reader: string): Vectors => {
  const found = vectors?.get(name)
  if (found) return found
  const known = [...(vectors?.keys() ?? [])].map((one) => `"${one}"`).join(', ')
  throw new Failure(
    'data',
    `no vectors "${name}" in the data, which ${reader} reads`,
    known === '' ? 'a data document names them: "vectors": { … }' : `the data has ${known}`,
  )
}

/** How many ids have a vector, as a line for whoever trains; a Failure where none has. */
export const coverageOf = (
  name: string,
  { ids, source }: Vectors,
  { found, count, what, example }: { found: number; count: number; what: string; example: string | undefined },
): string => {
  if (found === 0)
    throw new Failure(
      'data',
      `vectors "${name}" of ${source} have none of the ${formatCount(count)} ${what}`,
      `its first id is ${ids.count > 0 ? `"${ids.at(0)}"` : 'missing'}, the first of the ${what} is ${example === undefined ? 'missing' : `"${example}"`}`,
    )
  return `vectors ${name}: ${formatCount(found)} of ${formatCount(count)} ${what} (${Math.floor((100 * found) / count)} %)`
}

const formatCount = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',')

/**
 * Sets the rows of a table that have a vector to it. Returns which have (1), and how many as a line for whoever trains.
 */
export const fillVectors = (
  out: Float32Array,
  { name: table, dim }: { readonly name: string; readonly dim: number },
  { name, normalize = 'none' }: VectorsInit,
  labels: readonly (string | undefined)[],
  dataset: Pick<Dataset, 'vectors'>,
): { readonly filled: Uint8Array; readonly note: string } => {
  const vectors = vectorsNamed(dataset, name, `embedding "${table}"`)
  if (vectors.dim !== dim)
    throw new Failure(
      'data',
      `vectors "${name}" of ${vectors.source} have ${vectors.dim} numbers (${vectors.ids.count > 0 ? `"${vectors.ids.at(0)}"` : 'no ids'}), embedding "${table}" has dim ${dim}`,
      `set "dim" to ${vectors.dim}`,
    )
  const filled = new Uint8Array(labels.length)
  labels.forEach((label, row) => {
    const place = label === undefined ? -1 : vectors.ids.indexOf(label)
    if (place < 0) return
    filled[row] = 1
    const vector = vectors.values.subarray(place * dim, (place + 1) * dim)
    const factor = normalize === 'l2' ? l2Factor(vector) : 1
    for (let lane = 0; lane < dim; lane++) out[row * dim + lane] = vector[lane]! * factor
  })
  const note = coverageOf(name, vectors, {
    found: filled.reduce((sum, one) => sum + one, 0),
    count: labels.filter((label) => label !== undefined).length,
    what: `rows of "${table}"`,
    example: labels.find((label) => label !== undefined),
  })
  return { filled, note }
}
