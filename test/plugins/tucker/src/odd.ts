import { split, Type } from '@recspec/core'

/** Every n-th event, from the second on. */
export const odd = split({
  summary: 'every n-th event, from the second on',
  params: Type.Object(
    { every: Type.Integer({ default: 2, minimum: 2, maximum: 1000, description: 'n' }) },
    { additionalProperties: false },
  ),
  holdOut: ({ every }, { events }) =>
    Int32Array.from({ length: events.count }, (_, row) => row).filter((row) => row % every === 1),
})
