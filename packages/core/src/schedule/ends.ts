import Type from 'typebox'

/** Where a schedule starts and where it ends. */
export const ends = {
  from: Type.Number({ minimum: 0, description: 'value at the start' }),
  to: Type.Number({ minimum: 0, description: 'value at the end, and from then on' }),
}
