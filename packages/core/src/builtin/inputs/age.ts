import { input } from '../../contract/input.js'
import { Type } from '../../contract/type.js'
import type { Cell } from '../../dataset/column.js'
import { DAY, secondsOf, Unit } from './instant.js'
import { learnScaling, missingParam, type Scaling, scaled, scaledShape, scaleParam, unscaled } from './scale.js'

/** Days from the time in one column to that in a second one, or to the last training event, as a scaled number. */
export const age = input({
  summary:
    'Days from the time in the first column to that in the second, or to the last training event where there is one column. An age at the event (entity `event`, such as from `released` of the item to `time` of the event) is missing for items that are ranked; an age of a user or an item ranks.',
  params: Type.Object(
    {
      units: Type.Tuple([Unit, Unit], {
        default: ['seconds', 'seconds'],
        description:
          'of numbers in the first column, and in the second or of the times of events: seconds, milliseconds or days since 1970, or calendar years',
      }),
      scale: scaleParam('log'),
      missing: missingParam,
    },
    { additionalProperties: false },
  ),
  gives: 'numbers',
  reads: 'columns',
  columns: { least: 1, most: 2 },
  entities: ['user', 'item', 'event'],
  shape: scaledShape,
  learn: ({ units, scale, missing }, { all, training, columns = [], lastTime }): Scaling & { last: number } => {
    const last = secondsOf(lastTime, units[1])
    if (columns.length < 2 && last === undefined)
      throw new Error('needs events with times, or a second column: an age of one column ends at the last event')
    const state = { last: last ?? 0 }
    if (missing === 'error')
      for (const cells of all) if (daysOf(cells, units, state.last) === undefined) throw new Error('missing time')
    const days = function* (): Iterable<number> {
      for (const cells of training) {
        const found = daysOf(cells, units, state.last)
        if (found !== undefined) yield found
      }
    }
    return { ...state, ...(learnScaling(scale, days()) ?? unscaled) }
  },
  encode: (params, state, cells) => ({ values: scaled(params, state, daysOf(cells, params.units, state.last)) }),
})

const daysOf = (cells: readonly Cell[], units: readonly [Unit, Unit], last: number): number | undefined => {
  const from = secondsOf(cells[0], units[0])
  const to = cells.length > 1 ? secondsOf(cells[1], units[1]) : last
  return from === undefined || to === undefined ? undefined : (to - from) / DAY
}
