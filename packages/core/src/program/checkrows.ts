import { type OperatorUse, operatorFault } from '../blame.js'
import type { EncodedValue } from '../contract/input.js'
import { printShape, type Shape } from '../contract/shape.js'

/**
 * The rows of one encoded value. Throws unless they are integers from 0 to height − 1, in the number of the shape:
 * one for `[]`, up to n for `[n]`.
 */
export const checkRows = (
  use: OperatorUse,
  { rows, values }: EncodedValue,
  shape: Shape,
  height: number,
): ArrayLike<number> => {
  if (rows === undefined) throw operatorFault(use, 'returned no { rows } from "encode"')
  const [most] = shape
  if (most === undefined ? rows.length !== 1 : typeof most === 'number' && rows.length > most)
    throw operatorFault(use, `returned ${rows.length} rows from "encode", its shape is ${printShape(shape)}`)
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k]!
    if ((row | 0) !== row || row < 0 || row >= height)
      throw operatorFault(use, `returned row ${row} from "encode", expected an integer from 0 to ${height - 1}`)
  }
  if (values === undefined) return rows
  if (values.length !== rows.length)
    throw operatorFault(use, `returned ${values.length} weights for ${rows.length} rows from "encode"`)
  for (let k = 0; k < values.length; k++)
    if (!Number.isFinite(values[k]))
      throw operatorFault(use, `returned the weight ${values[k]} from "encode", expected a finite number`)
  return rows
}

/** The numbers of one encoded value; throws unless there are `size`, all finite. */
export const checkValues = (use: OperatorUse, { values }: EncodedValue, size: number): ArrayLike<number> => {
  if (values === undefined) throw operatorFault(use, 'returned no { values } from "encode"')
  if (values.length !== size)
    throw operatorFault(use, `returned ${values.length} numbers from "encode", its shape has ${size}`)
  for (let k = 0; k < size; k++)
    if (!Number.isFinite(values[k]))
      throw operatorFault(use, `returned the number ${values[k]} from "encode", expected a finite number`)
  return values
}
