import type { Report } from './diagnostic.js'
import { operatorFault, operatorSentence } from './messages.js'
import type { Path } from './pointer.js'

/** What an operator returned; a call that failed returned nothing. */
export interface Returned<T> {
  readonly value: T
}

/** An operator's method, and the entry of the document that it is called for. */
export interface OperatorCall {
  readonly type: string
  readonly method: string
  readonly path: Path
}

/**
 * Calls a method of an operator. A plain `Error` is the sentence with which an operator refuses an entry; anything else
 * that
 * it throws is a fault of the operator. Either becomes a diagnostic at the entry, and undefined is returned.
 */
export const callOperator = <T>(
  { type, method, path }: OperatorCall,
  report: Report,
  call: () => T,
): Returned<T> | undefined => {
  try {
    return { value: call() }
  } catch (error) {
    report(path, isSentence(error) ? operatorSentence(type, error.message) : operatorFault(type, method, String(error)))
    return undefined
  }
}

/** Whether an operator threw an error on purpose, as a sentence about an entry. */
export const isSentence = (error: unknown): error is Error =>
  error instanceof Error && error.name === 'Error' && error.message !== ''
