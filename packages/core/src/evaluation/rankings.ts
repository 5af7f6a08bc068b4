import { blame, isSentence, type OperatorUse, operatorFault } from '../blame.js'
import type { CandidateSet, RankingTask } from '../contract/candidates.js'
import type { Ranking } from '../contract/metric.js'
import type { PluginIdentity } from '../contract/plugin.js'
import type { Chosen } from '../contract/split.js'
import { metricValue } from './metricvalue.js'
import { everything, type Part } from './parts.js'
import type { MetricSpec } from './spec.js'
import type { MeasuredUnits } from './units.js'

/** Throws unless the ranks of a ranking, those of tied items included, ascend from 0 to `candidates` or less. */
export const checkRanking = (use: OperatorUse, { ranks, tied, held, candidates }: Ranking) => {
  if (!(ranks.length <= held))
    throw operatorFault(use, `gave ${ranks.length} ranks of ${held} held-out items in a ranking`)
  for (let place = 0, least = 0; place < ranks.length; place++) {
    const rank = ranks[place]!
    if (!(rank >= least && rank <= candidates))
      throw operatorFault(use, `gave rank ${rank} at place ${place}, expected ascending ranks from 0 to ${candidates}`)
    least = rank
    const size = tied?.[place] ?? 1
    if (!(Number.isInteger(size) && size >= 1 && rank + size - 1 <= candidates))
      throw operatorFault(use, `gave ${size} tied items at rank ${rank}, expected 1 to ${candidates - rank + 1}`)
  }
}

/** The ranking of the held-out items of a part; undefined where it has none of them. */
const rankingOf = (use: OperatorUse, ranking: Ranking, part: Part): Ranking | undefined => {
  if (part === everything) return ranking
  const { ranks, tied, held, weights, cells } = ranking
  if (!cells) throw operatorFault(use, 'gave a ranking without "cells", which metrics of segments need')
  const places = Array.from({ length: held }, (_, place) => place).filter((place) => part.cell(cells[place]!))
  if (places.length === 0) return undefined
  const withRank = places.filter((place) => place < ranks.length)
  return {
    ranks: withRank.map((place) => ranks[place]!),
    ...(tied ? { tied: withRank.map((place) => tied[place]!) } : {}),
    held: places.length,
    candidates: ranking.candidates,
    ...(weights ? { weights: places.map((place) => weights[place]!) } : {}),
    cells: places.map((place) => cells[place]!),
  }
}

/** Measured rankings: metrics of each part, and the value and weight of every metric in each ranking. */
export interface MeasuredRankings {
  readonly parts: readonly ReadonlyMap<string, number>[]
  readonly units: NonNullable<MeasuredUnits['rankings']>
}

/** Metrics of rankings for each part of the held-out items, and what each ranking contributes to them. */
export const measureRankings = async (
  specs: readonly MetricSpec[],
  { type, definition: set, params }: Chosen<CandidateSet>,
  task: RankingTask,
  parts: readonly Part[],
  plugins: readonly PluginIdentity[],
): Promise<MeasuredRankings> => {
  const use = { place: '/evaluation/candidates', type, plugins }
  const sums = parts.map(() => new Float64Array(specs.length))
  const weights = parts.map(() => new Float64Array(specs.length))
  const users: number[] = []
  const own = specs.map(() => ({ values: [] as number[], weights: [] as number[] }))
  try {
    for await (const whole of set.rank(params, task)) {
      checkRanking(use, whole)
      users.push(task.user[whole.cells?.[0] ?? -1] ?? -1)
      for (const [index, part] of parts.entries()) {
        const ranking = rankingOf(use, whole, part)
        if (!ranking) continue
        for (const [place, spec] of specs.entries()) {
          const { definition: metric, k = 0, variant } = spec
          const weight = metric.weight
            ? metricValue(spec, plugins, 'weight', () => metric.weight!(ranking, variant))
            : 1
          const value =
            weight === 0 ? 0 : metricValue(spec, plugins, 'ranking', () => metric.ranking!(ranking, k, variant))
          sums[index]![place]! += weight * value
          weights[index]![place]! += weight
          if (part !== everything) continue
          own[place]!.values.push(value)
          own[place]!.weights.push(weight)
        }
      }
    }
  } catch (error) {
    throw isSentence(error) ? error : blame(use, error)
  }
  const byMetric = (of: (place: number) => readonly number[]) =>
    new Map(specs.map(({ text }, place) => [text, Float64Array.from(of(place))]))
  return {
    parts: parts.map(
      (_, index) => new Map(specs.map(({ text }, place) => [text, sums[index]![place]! / weights[index]![place]!])),
    ),
    units: {
      users: Int32Array.from(users),
      values: byMetric((place) => own[place]!.values),
      weights: byMetric((place) => own[place]!.weights),
    },
  }
}
