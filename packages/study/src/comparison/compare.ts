import type { MetricSpec } from '@recspec/core'
import { holm } from '../statistics/holm.js'
import { percentileInterval } from '../statistics/interval.js'
import { pairedBootstrapTest } from '../statistics/pairedbootstrap.js'
import { type ResampleOptions, resample } from '../statistics/resample.js'
import { wilcoxon } from '../statistics/wilcoxon.js'
import type { ComparedMetric, Comparison, Difference, MeasuredModel, TestedValue, Verdict } from './comparison.js'
import { type Contribution, contributionOf } from './contribution.js'

/** How models are compared. */
export interface CompareOptions extends ResampleOptions {
  /** Of the intervals; 1 − level is what corrected p-values are held to. */
  readonly level: number
}

/**
 * Compares models that were measured on the same rows (`mismatchOf` says whether): intervals by the bootstrap over
 * users, and two paired tests of each model against the first, corrected for all tests of their kind in the comparison.
 */
export const compare = (models: readonly MeasuredModel[], options: CompareOptions): Comparison => {
  const [against, ...others] = models
  if (!against) throw new Error('a comparison needs models')
  const shared = against.metrics.filter(({ text }) => others.every((one) => specOf(one, text) !== undefined))
  const all = new Set(models.flatMap(({ metrics }) => metrics.map(({ text }) => text)))
  for (const { text } of shared) all.delete(text)
  const { level, samples, seed } = options
  return {
    protocol: against.evaluation.protocol,
    rows: against.evaluation.rows,
    against: against.name,
    level,
    samples,
    seed,
    metrics: corrected(
      shared.map((spec) => comparedMetric(spec, models, options)),
      1 - level,
    ),
    omitted: [...all],
  }
}

const specOf = ({ metrics }: MeasuredModel, metric: string): MetricSpec | undefined =>
  metrics.find(({ text }) => text === metric)

/** A metric of all models, with p-values as they come; `corrected` corrects them and adds verdicts. */
const comparedMetric = (
  spec: MetricSpec,
  models: readonly MeasuredModel[],
  options: CompareOptions,
): ComparedMetric => {
  const contributions = models.map(({ evaluation }) => evaluation.units && contributionOf(spec, evaluation.units))
  const present = contributions.filter((one) => one !== undefined)
  const users = present[0]?.units.count ?? 0
  const samples = resample(
    users,
    present.map(({ statistic }) => statistic),
    options,
  )
  const resampled = contributions.map((one) => one && samples[present.indexOf(one)]!)
  const values = models.map(({ name, evaluation }, index) => ({
    model: name,
    value: evaluation.metrics[spec.text]!,
    ...(resampled[index] ? { interval: percentileInterval(resampled[index], options.level) } : {}),
  }))
  const tested = (index: number) => {
    const [a, b] = [contributions[index], contributions[0]]
    const [ofA, ofB] = [resampled[index], resampled[0]]
    if (!a || !b || !ofA || !ofB) return {}
    return pairedTests(
      values[index]!.value - values[0]!.value,
      ofA.map((value, sample) => value - ofB[sample]!),
      [a, b],
      options.level,
    )
  }
  return {
    metric: spec.text,
    better: spec.definition.better,
    users,
    values,
    differences: models.slice(1).map(({ name }, place) => ({
      model: name,
      against: models[0]!.name,
      value: values[place + 1]!.value - values[0]!.value,
      ...tested(place + 1),
      verdict: 'untested',
    })),
  }
}

const pairedTests = (
  observed: number,
  resampled: Float64Array,
  [a, b]: readonly [Contribution, Contribution],
  level: number,
): Pick<Difference, 'interval' | 'bootstrap' | 'wilcoxon' | 'leftOut'> => {
  const pairs = a.values.map((value, unit) => value - b.values[unit]!)
  const defined = pairs.filter((value) => !Number.isNaN(value))
  const { p, ...signed } = wilcoxon(defined)
  return {
    interval: percentileInterval(resampled, level),
    bootstrap: uncorrected(pairedBootstrapTest(observed, resampled)),
    wilcoxon: { ...uncorrected(p), ...signed },
    ...(defined.length < pairs.length ? { leftOut: pairs.length - defined.length } : {}),
  }
}

const uncorrected = (p: number): TestedValue => ({ p, corrected: p })

/** Corrects the p-values of each test over all differences of all metrics, and says what follows. */
const corrected = (metrics: readonly ComparedMetric[], alpha: number): readonly ComparedMetric[] => {
  const all = metrics.flatMap(({ differences }) => differences)
  const correct = (test: 'bootstrap' | 'wilcoxon') =>
    new Map(holm(all.map((one) => one[test]?.p ?? Number.NaN)).map((value, place) => [all[place]!, value]))
  const [bootstrap, wilcoxons] = [correct('bootstrap'), correct('wilcoxon')]
  return metrics.map((metric) => ({
    ...metric,
    differences: metric.differences.map((one) => {
      const tested = {
        ...one,
        ...(one.bootstrap ? { bootstrap: { ...one.bootstrap, corrected: bootstrap.get(one)! } } : {}),
        ...(one.wilcoxon ? { wilcoxon: { ...one.wilcoxon, corrected: wilcoxons.get(one)! } } : {}),
      }
      return { ...tested, verdict: verdictOf(tested, metric.better, alpha) }
    }),
  }))
}

const verdictOf = ({ value, bootstrap, wilcoxon }: Difference, better: 'lower' | 'higher', alpha: number): Verdict => {
  const values = [bootstrap?.corrected, wilcoxon?.corrected].filter((p) => p !== undefined && !Number.isNaN(p))
  if (values.length === 0) return 'untested'
  const found = values.filter((p) => p! <= alpha).length
  if (found === 0) return 'noise'
  if (found < values.length) return 'unclear'
  return value > 0 === (better === 'higher') ? 'better' : 'worse'
}
