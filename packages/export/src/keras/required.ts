import { Failure, type OperatorUse, operatorName } from '@recspec/core'

/** What an operator says of Keras; throws a Failure that names the operator and its package where it says nothing. */
export const required = <T>(found: T | undefined, { place, type, plugins }: OperatorUse, kind: string): T => {
  if (found !== undefined) return found
  throw new Failure(
    'plugin',
    `${place}: ${operatorName(type, plugins)} does not say what it is in Keras`,
    `the ${kind} needs "keras": docs/keras.md says how; nothing was written`,
  )
}
