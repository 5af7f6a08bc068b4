import type { Settings } from '@recspec/study'
import type { Plan, TuneOptions } from '../study/plan.js'
import type { TrialRecord } from '../study/record.js'
import { formatBytes, formatCount, formatDuration, formatMetric, formatNumber } from './table.js'

/** Where the objective of a search is measured, in words. */
export const objectiveText = ({ section, folds, metric }: Plan): string => {
  const { length } = folds.splits
  const rows = formatCount(folds.training.events.count)
  const { type } = folds.splits[0]!
  const test = folds.test > 0 ? `; ${formatCount(folds.test)} test rows are not read` : ''
  const where =
    length > 1
      ? `mean of ${length} folds (${type}) of ${rows} training rows`
      : `${formatCount(folds.rows[0]!)} validation rows (${type}) of ${rows} training rows`
  return `${section.metric}, ${metric.definition.better} is better; ${where}${test}`
}

/** What a search will do, before it begins. */
export const searchText = (plan: Plan, { budget, workers }: TuneOptions, journal: string, known: number): string => {
  const { section, folds } = plan
  const trials = trialsOf(plan)
  const { length } = folds.splits
  return [
    `objective  ${objectiveText(plan)}\n`,
    `trials     ${formatCount(trials)} (${section.strategy.type})`,
    length > 1 ? `, ${formatCount(trials * length)} trainings` : '',
    workers > 1 ? `, ${workers} side by side` : '',
    '\n',
    `memory     ${budget === undefined ? 'no --budget' : formatBytes(budget)}\n`,
    `journal    ${journal}${known > 0 ? `, with ${formatCount(known)} trials that are not run again` : ''}\n`,
  ].join('')
}

/** How many trials a search has if none fails. */
export const trialsOf = ({ search: { strategy, params, space } }: Plan): number => strategy.trials(params, space)

/** A setting as text. */
export const settingText = (value: unknown): string =>
  typeof value === 'number' ? formatNumber(value) : typeof value === 'string' ? value : JSON.stringify(value)

const settingsText = (values: Settings) =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${settingText(value)}`)
    .join(', ')

/** A trial that ended, as one line. */
export const trialText = (plan: Plan, record: TrialRecord, ranked: readonly TrialRecord[]): string => {
  const [best] = ranked
  return `${[
    `trial ${record.trial}/${trialsOf(plan)}`,
    `${settingsText(record.values)}${record.budget === undefined ? '' : `, budget ${record.budget}`}`,
    record.value === null ? `failed: ${record.error!.message}` : `${plan.section.metric} ${formatMetric(record.value)}`,
    formatDuration(record.seconds),
    ...(best ? [`best ${formatMetric(best.value!)} (trial ${best.trial})`] : []),
  ].join('  ')}\n`
}
