import Type, { type Static } from 'typebox'

/** A number that a run may change: the same throughout, or moving in a line from one value to another over some steps. */
export const Schedule = Type.Union([
  Type.Number({ minimum: 0 }),
  Type.Object(
    {
      type: Type.Literal('linear'),
      from: Type.Number({ minimum: 0 }),
      to: Type.Number({ minimum: 0 }),
      steps: Type.Integer({ minimum: 1 }),
    },
    { additionalProperties: false },
  ),
])
export type Schedule = Static<typeof Schedule>

/** The value at a step, counted from 0. */
export const scheduled = (schedule: Schedule, step: number): number =>
  typeof schedule === 'number'
    ? schedule
    : schedule.from + (schedule.to - schedule.from) * Math.min(1, step / schedule.steps)
