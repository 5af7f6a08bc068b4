import type { Metric, Plugin, Predictions, Ranking, RecommendedLists } from '@recspec/core'
import type { Check } from '../check.js'
import { sameBits, short } from '../compare.js'
import { impureCalls } from '../impure.js'
import { type Kind, type OperatorCases, operatorOf, typeOf } from '../kind.js'
import { lists, predictions, ranking, rankings } from './samples.js'

/** One use of a metric: the length of the list, and the variant in parentheses. */
export interface MetricCase {
  readonly k?: number
  readonly variant?: string
}

/** What the author of a metric gives. */
export type MetricCases = OperatorCases<MetricCase, MetricCase>

interface MetricSubject {
  readonly type: string
  readonly plugin: Plugin
  readonly metric: Metric
  readonly uses: readonly MetricCase[]
}

/** Values of a metric, one for each of the kit's rankings, or for all rows. */
const valuesOf = ({ metric }: MetricSubject, { k = 3, variant }: MetricCase, error = 0.6): readonly number[] => {
  switch (metric.of) {
    case 'predictions':
      return [metric.predictions!(predictions(metric, error), variant)]
    case 'rankings':
      return rankings.map((one) => metric.ranking!(one, k, variant))
    case 'lists':
      return [metric.lists!({ ...lists(), k }, variant)]
  }
}

const label = ({ k, variant }: MetricCase) => `${k === undefined ? '' : `@${k}`}${variant ? `(${variant})` : ''}`

const values: Check<MetricSubject> = {
  name: 'values',
  says: 'it gives finite numbers for usual rows, and a number for any',
  *run(subject) {
    const { metric, uses } = subject
    for (const use of uses)
      for (const value of valuesOf(subject, use))
        if (typeof value !== 'number' || !Number.isFinite(value))
          yield `gives ${typeof value === 'number' ? value : `a value of type ${typeof value}`} for usual rows, ${label(use)}`
    const nothing =
      metric.of === 'predictions'
        ? metric.predictions!({
            predicted: new Float64Array(0),
            actual: new Float64Array(0),
            users: new Int32Array(0),
            ...(metric.needsDistribution
              ? { distribution: { means: new Float64Array(0), deviations: Float64Array.of(1) } }
              : {}),
          })
        : metric.of === 'rankings'
          ? metric.ranking!({ ranks: [], held: 1, candidates: 5 }, 3)
          : 0
    if (typeof nothing !== 'number') yield `gives a value of type ${typeof nothing} where there are no rows or ranks`
  },
}

const better: Check<MetricSubject> = {
  name: 'better',
  says: 'right predictions and first ranks are better than others, in the direction that it says',
  applies: ({ metric }) => metric.of !== 'lists',
  *run(subject) {
    const { metric, uses } = subject
    const worse = (good: number, bad: number) => (metric.better === 'lower' ? good > bad : good < bad)
    for (const use of uses) {
      const [good, bad] =
        metric.of === 'predictions'
          ? [valuesOf(subject, use, 0)[0]!, valuesOf(subject, use, 1)[0]!]
          : [
              metric.ranking!(ranking(0, 1), use.k ?? 3, use.variant),
              metric.ranking!(ranking(18, 19), use.k ?? 3, use.variant),
            ]
      if (worse(good, bad))
        yield `says that ${metric.better} is better, and gives ${short(good)} to the best and ${short(bad)} to the worst, ${label(use)}`
    }
  },
}

const ties: Check<MetricSubject> = {
  name: 'ties',
  says: 'a metric of tied items is the mean over all their orders',
  applies: ({ metric }) => metric.of === 'rankings',
  *run({ metric, uses }) {
    for (const use of uses)
      for (const [rank, size] of [
        [0, 2],
        [1, 4],
        [2, 2],
      ] as const) {
        const one = (at: number, tied: number) =>
          metric.ranking!({ ranks: [at], tied: [tied], held: 1, candidates: 9 }, use.k ?? 3, use.variant)
        const found = one(rank, size)
        const mean = Array.from({ length: size }, (_, place) => one(rank + place, 1)).reduce(
          (sum, value) => sum + value / size,
          0,
        )
        if (!(Math.abs(found - mean) <= 1e-6 * Math.max(1, Math.abs(mean))))
          yield `gives ${short(found)} to an item at rank ${rank} tied with ${size - 1}, the mean over their orders is ${short(mean)}, ${label(use)}`
      }
  },
}

const unwritten: Check<MetricSubject> = {
  name: 'inputs unwritten',
  says: 'predictions, ranks and lists are left as they are',
  *run({ metric, uses }) {
    for (const use of uses) {
      const arrays: [string, ArrayBufferView][] = []
      const given =
        metric.of === 'predictions' ? predictions(metric, 0.5) : metric.of === 'rankings' ? ranking(9, 4, 0) : lists()
      for (const [name, value] of Object.entries(given)) if (ArrayBuffer.isView(value)) arrays.push([name, value])
      const before = arrays.map(([, value]) => (value as Float64Array).slice())
      if (metric.of === 'predictions') metric.predictions!(given as Predictions, use.variant)
      if (metric.of === 'rankings') metric.ranking!(given as Ranking, use.k ?? 3, use.variant)
      if (metric.of === 'lists') metric.lists!(given as RecommendedLists, use.variant)
      const written = arrays.find(([, value], place) => !sameBits(value, before[place]!))
      if (written) yield `writes into "${written[0]}", ${label(use)}`
    }
  },
}

const deterministic: Check<MetricSubject> = {
  name: 'determinism',
  says: 'it gives the same numbers again, without a clock or random numbers',
  async *run(subject) {
    for (const use of subject.uses) {
      let [first, second]: (readonly number[])[] = [[], []]
      const calls = await impureCalls(() => {
        first = valuesOf(subject, use)
        second = valuesOf(subject, use)
      })
      if (calls.length > 0) yield `calls ${calls.join(', ')}, ${label(use)}`
      if (first!.some((value, place) => !Object.is(value, second![place])))
        yield `gives another number when it is called again, ${label(use)}`
    }
  },
}

/** The length of the list and every variant change a number. */
const variants: Check<MetricSubject> = {
  name: 'variants',
  says: 'every variant changes something, and so does the length of the list',
  *run(subject) {
    const { metric } = subject
    const print = (use: MetricCase) => JSON.stringify([valuesOf(subject, use), weightsOf(metric, use.variant)])
    if (metric.k === 'required' && metric.of === 'rankings' && print({ k: 1 }) === print({ k: 10 }))
      yield 'needs "@k", which changes nothing'
    const plain = print({})
    for (const variant of variantsOf(metric))
      if (print({ variant }) === plain) yield `has the variant "${variant}", which changes nothing`
  },
}

const weightsOf = ({ weight }: Metric, variant: string | undefined) => rankings.map((one) => weight?.(one, variant))

const variantsOf = ({ variants: named }: Metric): readonly string[] => (named === 'share' ? ['0.1', '0.6'] : named)

/** How metrics are checked. */
export const metricKind: Kind<MetricSubject, MetricCases> = {
  section: 'metrics',
  noun: 'metric',
  checks: [values, unwritten, deterministic, better, ties, variants],
  subject: (plugin, name, { cases }) => {
    const metric = operatorOf(plugin, 'metrics', 'metric', name)
    const named = metric.variants === 'share' ? ['0.9'] : [undefined, ...metric.variants]
    const made = named.map(
      (variant): MetricCase => ({
        ...(metric.k === 'required' ? { k: 3 } : {}),
        ...(variant === undefined ? {} : { variant }),
      }),
    )
    return { type: typeOf(plugin, name), plugin, metric, uses: cases ?? made }
  },
  refusal: () => undefined,
}
