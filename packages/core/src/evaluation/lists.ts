import type { Sparse } from '@recspec/kernels'
import type { RankingTask, Scorer, TopItems } from '../contract/candidates.js'
import type { PluginIdentity } from '../contract/plugin.js'
import { itemCounts } from '../dataset/counts.js'
import { rowsAt } from '../dataset/rowsat.js'
import { metricValue } from './metricvalue.js'
import { scoreAllItems } from './scoring.js'
import type { MetricSpec } from './spec.js'

/** The best items of users from the scores of all pairs. */
const topByScoring =
  (scorer: Scorer, items: number): TopItems =>
  async (users, k, skip) => {
    const found = new Int32Array(users.length * k).fill(-1)
    await scoreAllItems(scorer, items, users, (place, scores) => found.set(best(scores, k, skip, place), place * k))
    return found
  }

/** The k items with the highest scores, equal scores by index, without those that user `place` skips. */
const best = (scores: Float32Array, k: number, skip: Sparse, place: number): Int32Array => {
  const skipped = new Set(skip.index.subarray(skip.start[place], skip.start[place + 1]))
  return Int32Array.from(scores.keys())
    .filter((item) => !skipped.has(item) && scores[item]! > -Infinity)
    .sort((a, b) => scores[b]! - scores[a]! || a - b)
    .subarray(0, k)
}

/** Metrics of the lists that are recommended to the known users of the test rows. */
export const measureLists = async (
  specs: readonly MetricSpec[],
  { scorer, training, seen, user }: RankingTask,
  plugins: readonly PluginIdentity[],
): Promise<ReadonlyMap<string, number>> => {
  if (specs.length === 0) return new Map()
  const items = training.items.ids.count
  const users = Int32Array.from(new Set(user.filter((one) => one >= 0))).sort()
  const topItems = scorer.topItems ?? topByScoring(scorer, items)
  const events = Int32Array.from(itemCounts(training.events, items))
  const present = new Set(training.events.user.filter((one) => one >= 0)).size
  const longest = Math.max(...specs.map(({ k = 0 }) => k))
  const found = await topItems(users, longest, rowsAt(seen, users))
  const first = (k: number) => found.filter((_, place) => place % longest < k)
  return new Map(
    specs.map((spec) => {
      const { definition: metric, k = 0, variant } = spec
      const lists = { items: first(k), k, events, users: present }
      return [spec.text, metricValue(spec, plugins, 'lists', () => metric.lists!(lists, variant))]
    }),
  )
}
