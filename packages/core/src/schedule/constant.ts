import { Type } from '../contract/type.js'
import { scheduleKind } from './kind.js'

/** A constant, which unlike a plain number can have a warmup. */
export const constant = scheduleKind({
  summary: 'A constant value, for use with a warmup.',
  params: { value: Type.Number({ minimum: 0, description: 'the value' }) },
  at: ({ value }) => value,
  keras: 's["value"]',
})
