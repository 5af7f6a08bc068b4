import Type from 'typebox'
import { scheduleKind } from './kind.js'

/** The same throughout: a plain number that can have a warmup. */
export const constant = scheduleKind({
  summary: 'The same throughout, for a number that needs a warmup.',
  params: { value: Type.Number({ minimum: 0, description: 'the number' }) },
  at: ({ value }) => value,
})
