import { failure } from '../exit.js'
import { writeFailure } from './save.js'

/**
 * Writes sample data to a folder; throws a `Failure` for sizes that are refused and for a folder that cannot be
 * written.
 */
export const writeSample = <T>(folder: string, write: (folder: string) => T): T => {
  try {
    return write(folder)
  } catch (error) {
    if (error instanceof RangeError) throw failure('document', error.message)
    throw writeFailure(folder, error)
  }
}
