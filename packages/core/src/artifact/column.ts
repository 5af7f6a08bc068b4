import type { Column } from '../dataset/column.js'
import { ArtifactError } from './error.js'
import type { ArtifactTensor, Tensors } from './tensor.js'
import { readTexts, writeTexts } from './text.js'

/**
 * A column as tensors: `<name>.codes` and its distinct texts, or `<name>.values`, with `<name>.missing` (1 where a
 * number is missing) where any is.
 */
export const writeColumn = (name: string, column: Column): Map<string, ArtifactTensor> => {
  if (column.kind === 'text') {
    return new Map([
      [`${name}.codes`, { shape: [column.codes.length], data: column.codes }],
      ...writeTexts(name, column.values.length, (index) => column.values[index]!),
    ])
  }
  const missing = Uint8Array.from(column.values, (value) => Number(Number.isNaN(value)))
  const shape = [column.values.length]
  if (!missing.includes(1)) return new Map([[`${name}.values`, { shape, data: column.values }]])
  const values = column.values.map((value) => (Number.isNaN(value) ? 0 : value))
  return new Map<string, ArtifactTensor>([
    [`${name}.values`, { shape, data: values }],
    [`${name}.missing`, { shape, data: missing }],
  ])
}

/** Reads what `writeColumn` wrote. */
export const readColumn = (name: string, tensors: Tensors): Column => {
  const codes = tensors.get(`${name}.codes`)?.data
  if (codes instanceof Int32Array) {
    const texts = readTexts(name, tensors)
    const wrong = codes.find((code) => code < -1 || code >= texts.count)
    if (wrong !== undefined) throw new ArtifactError('tensor', `unknown code ${wrong}`, `${name}.codes`)
    return { kind: 'text', codes, values: Array.from({ length: texts.count }, (_, index) => texts.at(index)) }
  }
  const values = tensors.get(`${name}.values`)?.data
  if (!values || values instanceof Uint8Array) throw new ArtifactError('tensor', 'missing', `${name}.values`)
  const missing = tensors.get(`${name}.missing`)?.data
  if (!missing) return { kind: 'number', values }
  if (missing.length !== values.length) {
    throw new ArtifactError('tensor', `expected ${values.length} values, got ${missing.length}`, `${name}.missing`)
  }
  return { kind: 'number', values: values.map((value, row) => (missing[row] === 1 ? Number.NaN : value)) }
}
