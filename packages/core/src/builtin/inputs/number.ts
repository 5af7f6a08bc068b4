import { input } from '../../contract/input.js'
import { Type } from '../../contract/type.js'
import type { Cell } from '../../dataset/column.js'
import { numeric, numerics } from './cells.js'
import { learnScaling, missingParam, type Scaling, scaled, scaledShape, scaleParam, unscaled } from './scale.js'

/** A number, optionally scaled by statistics of the training rows. */
export const number = input({
  summary: 'A number, optionally scaled by statistics of the training rows.',
  params: Type.Object({ scale: scaleParam('none'), missing: missingParam }, { additionalProperties: false }),
  gives: 'numbers',
  reads: 'column',
  numeric: true,
  entities: ['user', 'item', 'event'],
  shape: scaledShape,
  learn: ({ scale, missing }, { all, training }): Scaling => {
    if (missing === 'error') complete(all)
    const learned = learnScaling(scale, numerics(training))
    if (learned) return learned
    for (const cell of training) if (cell !== undefined) throw new Error(`needs a column of numbers, got "${cell}"`)
    return unscaled
  },
  encode: (params, scaling, value) => ({ values: scaled(params, scaling, numeric(value)) }),
})

/** Throws at the first cell that is not a number. Not in `encode`: an unknown user has no cells, and no error. */
const complete = (cells: Iterable<Cell>): void => {
  for (const cell of cells)
    if (numeric(cell) === undefined) throw new Error(cell === undefined ? 'missing number' : `invalid number "${cell}"`)
}
