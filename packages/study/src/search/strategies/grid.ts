import { Type } from '@recspec/core'
import { type Space, settingsOf } from '../space.js'
import { strategy } from '../strategy.js'

const axes = (space: Space, steps: number) => space.map((dimension) => dimension.grid(steps))

/** Every combination of the choices and of steps along the ranges. */
export const grid = strategy({
  summary: 'every combination of all choices and of some numbers of each range',
  params: Type.Object(
    {
      steps: Type.Integer({
        default: 4,
        minimum: 2,
        maximum: 1000,
        description: 'numbers of each range, its ends included, at equal steps of its scale',
      }),
    },
    { additionalProperties: false },
  ),
  trials: ({ steps }, space) => axes(space, steps).reduce((product, { length }) => product * length, 1),
  propose: ({ steps }, { space, number }) => {
    const all = axes(space, steps)
    // the last dimension changes fastest
    const places: number[] = []
    let rest = number
    for (const { length } of all.toReversed()) {
      places.unshift(rest % length)
      rest = Math.floor(rest / length)
    }
    if (rest > 0) return undefined
    return { settings: settingsOf(space, (_, index) => all[index]![places[index]!]) }
  },
})
