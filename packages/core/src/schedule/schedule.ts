import type { Static, TProperties } from 'typebox'
import { Type } from '../contract/type.js'
import { constant } from './constant.js'
import { cosine } from './cosine.js'
import type { ScheduleKind } from './kind.js'
import { linear } from './linear.js'
import { step } from './step.js'

/** Kinds of schedules by `type`. */
export const schedules = { constant, linear, cosine, step }

const warmup = {
  warmup: Type.Optional(
    Type.Integer({ minimum: 0, description: 'steps of linear warmup from 0 before the schedule; default 0' }),
  ),
}
const steps = {
  steps: Type.Integer({ minimum: 1, description: 'length in optimizer steps; for `step`, between two decreases' }),
}
const epochs = {
  epochs: Type.Number({ exclusiveMinimum: 0, description: 'length in epochs; for `step`, between two decreases' }),
}

const scheduleSchema = <T extends string, P extends TProperties, S extends TProperties>(
  type: T,
  { summary, params }: ScheduleKind<P>,
  span: S,
) =>
  Type.Object(
    { type: Type.Literal(type), ...params, ...span, ...warmup },
    { additionalProperties: false, description: summary },
  )

/** The schema of a number, or of a schedule over steps or epochs with an optional warmup. */
export const Schedule = Type.Union(
  [
    Type.Number({ minimum: 0 }),
    scheduleSchema('constant', constant, {}),
    scheduleSchema('linear', linear, steps),
    scheduleSchema('linear', linear, epochs),
    scheduleSchema('cosine', cosine, steps),
    scheduleSchema('cosine', cosine, epochs),
    scheduleSchema('step', step, steps),
    scheduleSchema('step', step, epochs),
  ],
  { title: 'number or schedule' },
)
/** A number, or a schedule over steps or epochs. */
export type Schedule = Static<typeof Schedule>

/** The value at an optimizer step of a phase, counted from 0; an epoch has `perEpoch` steps. */
export const scheduleValue = (schedule: Schedule, step: number, perEpoch: number): number => {
  if (typeof schedule === 'number') return schedule
  const { warmup = 0 } = schedule
  if (step < warmup) return (shapeValue(schedule, 0, perEpoch) * (step + 1)) / (warmup + 1)
  return shapeValue(schedule, step - warmup, perEpoch)
}

const shapeValue = (schedule: Exclude<Schedule, number>, step: number, perEpoch: number): number => {
  const span = 'steps' in schedule ? schedule.steps : 'epochs' in schedule ? schedule.epochs * perEpoch : 1
  return (schedules[schedule.type] as ScheduleKind).at(schedule, step / span)
}
