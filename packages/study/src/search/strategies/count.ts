import { Type } from '@recspec/core'

/** The parameter of strategies that draw a given number of settings. */
export const trialCount = (usual: number, description: string) =>
  Type.Integer({ default: usual, minimum: 1, maximum: 100_000, description })
