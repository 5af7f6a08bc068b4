import { input } from '../../contract/input.js'
import { Type } from '../../contract/type.js'
import { windowParams } from './window.js'

/**
 * The items of a user's interactions, or the users of an item's, one row each in time order, optionally weighted; or
 * what another input knows of them, or of the events.
 */
export const history = input({
  summary:
    'The interactions of an entity in time order: a row per item of a user, or per user of an item, or what another ' +
    'input reads of each.',
  params: Type.Object(
    {
      of: Type.Optional(
        Type.String({
          minLength: 1,
          description: 'another input, of the other side or of the event, whose values are read; default: the ids',
        }),
      ),
      values: Type.Optional(
        Type.String({
          minLength: 1,
          description: 'event column with the weight of each interaction; default: weight 1',
        }),
      ),
      center: Type.Enum(['none', 'target-mean'], {
        default: 'none',
        description: '`target-mean`: subtract the training mean of the target from the values',
      }),
      normalize: Type.Enum(['none', 'l2'], {
        default: 'none',
        description: '`l2`: the weights of a history are L2-normalized',
      }),
      dropout: Type.Number({
        default: 0,
        minimum: 0,
        exclusiveMaximum: 1,
        description: 'share of interactions left out in training; the others are scaled up',
      }),
      noise: Type.Optional(
        Type.Number({
          exclusiveMinimum: 0,
          description: 'standard deviation of Gaussian noise that is added to the weights in training',
        }),
      ),
      extremes: Type.Optional(
        Type.Number({
          exclusiveMinimum: 0,
          exclusiveMaximum: 1,
          description:
            'share of the weights that become the least or the greatest of the history in training (salt and pepper)',
        }),
      ),
      ...windowParams,
    },
    { additionalProperties: false },
  ),
  gives: 'rows',
  reads: 'interactions',
  entities: ['user', 'item'],
  shape: ({ values, center, maxLength }) => {
    if (center === 'target-mean' && values === undefined) throw new Error('center "target-mean" needs "values"')
    return [maxLength ?? 'length']
  },
  window: ({ of, values, before, dropout, noise, extremes, normalize }) => ({
    ...(of === undefined ? {} : { of }),
    ...(values === undefined ? {} : { column: values }),
    before: before === 'event',
    dropout,
    ...(noise === undefined ? {} : { noise }),
    ...(extremes === undefined ? {} : { extremes }),
    causal: normalize === 'none',
  }),
  learn: ({ center }, { count, targetMean }): { count: number; mean: number } => {
    if (center === 'none') return { count, mean: 0 }
    if (targetMean === undefined) throw new Error('center "target-mean" needs one target')
    return { count, mean: targetMean }
  },
  height: (_, { count }) => count + 1,
  labels: (_, { count }, ids) => [undefined, ...Array.from({ length: count }, (_, index) => ids.at(index))],
  encode: ({ of, values: column, normalize, maxLength }, { count, mean }, value) => {
    const { entities, values } = value
    const rows: number[] = []
    const weights: number[] = []
    // from the newest back: unusable interactions do not count towards maxLength
    for (
      let place = entities.length - 1;
      place >= 0 && rows.length < (maxLength ?? Number.POSITIVE_INFINITY);
      place--
    ) {
      const entity = entities[place]!
      const weight = column === undefined ? 1 : (values?.[place] ?? Number.NaN) - mean
      const known = entity >= 0 && entity < count
      // another input has a value for what is unknown too
      if ((!known && of === undefined) || !Number.isFinite(weight)) continue
      rows.push(known ? entity + 1 : 0)
      weights.push(weight)
    }
    rows.reverse()
    weights.reverse()
    const length = normalize === 'l2' ? Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0)) : 1
    return { rows, values: weights.map((weight) => (length > 0 ? weight / length : weight)) }
  },
  keras: {
    name: 'history',
    source: `
def history(params, state, seen):
    """The rows of the interactions in time order, with a weight each; the newest where there are too many."""
    rows, weights = seen.entities, np.ones(len(seen.entities), "float64")
    known = (rows >= 0) & (rows < state["count"])
    kept = np.ones(len(rows), bool) if "of" in params else known
    if "values" in params:
        weights = seen.values - state["mean"]
        kept = kept & np.isfinite(weights)
    rows, weights = np.where(known, rows + 1, 0)[kept], weights[kept]
    most = params.get("maxLength", len(rows))
    rows, weights = rows[max(0, len(rows) - most) :], weights[max(0, len(weights) - most) :]
    length = np.sqrt(np.sum(weights**2)) if params["normalize"] == "l2" else 1
    return rows, weights / length if length > 0 else weights
`,
  },
})
