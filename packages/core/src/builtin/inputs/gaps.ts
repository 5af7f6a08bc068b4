import { input } from '../../contract/input.js'
import { Type } from '../../contract/type.js'
import { windowParams } from './window.js'

/** Intervals of the time between two events: 0 seconds, less than 2, than 4, and so on. */
const INTERVALS = 40

/**
 * The times between the interactions of an entity, one row each in time order: row 0 where a time is missing, row 1 for
 * the first interaction that is read, row 2 for a gap of 0, row 3 + n for a gap from 2ⁿ to 2ⁿ⁺¹ (row 3 also below 1).
 */
export const gaps = input({
  summary:
    'The time between each interaction of an entity and the one before it, as a row per power of two; beside a history.',
  params: Type.Object(
    {
      ...windowParams,
    },
    { additionalProperties: false },
  ),
  gives: 'rows',
  reads: 'interactions',
  entities: ['user', 'item'],
  shape: ({ maxLength }) => [maxLength ?? 'length'],
  window: ({ before }) => ({ times: true, before: before === 'event', dropout: 0, causal: true }),
  learn: (_, { count }): { count: number } => ({ count }),
  height: () => INTERVALS + 3,
  encode: ({ maxLength }, { count }, { entities, times }) => {
    const rows: number[] = []
    let previous: number | undefined
    // those of a history that it is read beside
    const known = Array.from(entities, (entity, place) => ({ entity, time: times?.[place] ?? Number.NaN })).filter(
      ({ entity }) => entity >= 0 && entity < count,
    )
    for (const { time } of known.slice(-(maxLength ?? known.length))) {
      rows.push(rowOf(previous, time))
      previous = time
    }
    return { rows }
  },
  keras: {
    name: 'gaps',
    source: `
def gaps(params, state, seen):
    """A row for the time between each interaction and the one before it."""
    known = (seen.entities >= 0) & (seen.entities < state["count"])
    times = np.full(len(known), np.nan) if seen.times is None else seen.times
    times = times[known]
    times = times[max(0, len(times) - params.get("maxLength", len(times))) :]
    gap = np.diff(times)
    with np.errstate(divide="ignore", invalid="ignore"):
        power = np.clip(np.floor(np.log2(np.where(gap > 0, gap, 1))), 0, 39)
    rows = np.where(np.isnan(gap), 0, np.where(gap <= 0, 2, 3 + power)).astype("int32")
    first = np.where(np.isnan(times[:1]), 0, 1).astype("int32")
    return np.concatenate([first, rows]), np.ones(len(times))
`,
  },
})

const rowOf = (previous: number | undefined, time: number): number => {
  if (previous === undefined) return Number.isNaN(time) ? 0 : 1
  const gap = time - previous
  if (Number.isNaN(gap)) return 0
  if (gap <= 0) return 2
  return 3 + Math.min(INTERVALS - 1, Math.max(0, Math.floor(Math.log2(gap))))
}
