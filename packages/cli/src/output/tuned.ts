import type { Context } from '../context.js'
import type { TuneResult } from '../study/tune.js'
import { commandLine } from './hints.js'
import { formatDuration, formatMetric, table } from './table.js'
import { objectiveText, settingText, trialsOf } from './tuning.js'

/** How many trials are shown. */
const SHOWN = 10

/** What `tune` prints for people. */
export const tunedText = ({ argv }: Context, result: TuneResult): string => {
  const { plan, records, ranked, importance, document, journal, seconds, interrupted } = result
  const failed = records.filter(({ state }) => state === 'failed').length
  const names = plan.search.space.map(({ name }) => name)
  const budgets = plan.search.strategy.budget ? ['budget'] : []
  const head = ['trial', ...names, ...budgets, plan.section.metric]
  const rows = ranked
    .slice(0, SHOWN)
    .map(({ trial, values, budget, value }) => [
      `${trial}`,
      ...names.map((name) => settingText(values[name])),
      ...budgets.map(() => `${budget}`),
      formatMetric(value!),
    ])
  const shares = Object.entries(importance).sort(([, a], [, b]) => b - a)
  return [
    interrupted ? `interrupted after ${records.length} of ${trialsOf(plan)} trials` : `${records.length} trials`,
    ` in ${formatDuration(seconds)}${failed > 0 ? `, ${failed} of them failed` : ''}\n`,
    rows.length > 0
      ? `\n${table(
          [head, ...rows],
          head.map(() => 'right'),
        )}`
      : '',
    shares.some(([, share]) => share > 0)
      ? `\nimportance (PED-ANOVA)\n${table(
          shares.map(([name, share]) => [name, `${Math.round(100 * share)} %`]),
          ['left', 'right'],
        )}`
      : '',
    document === undefined ? '' : `\nsaved ${document}; all trials are in ${journal}\n`,
    `\n${interrupted ? 'continue with' : 'next'}\n  ${nextCommand(argv, document)}\n`,
  ].join('')
}

/** The same command again for an interrupted search, else the one that trains the best document. */
const nextCommand = (argv: readonly string[], document: string | undefined): string => {
  if (document === undefined) return commandLine(argv)
  const kept = ['--data', '--items', '--users', '--seed', '--plugin']
  const more = argv.flatMap((word, index) => (kept.includes(word) ? [word, argv[index + 1]!] : []))
  return commandLine(['train', document, ...more])
}

/** What `tune --json` prints. */
export const tunedJson = ({ plan, records, ranked: [best], importance, ...result }: TuneResult) => ({
  metric: plan.section.metric,
  objective: objectiveText(plan),
  best: best ? { trial: best.trial, values: best.values, value: best.value } : null,
  trials: records,
  importance,
  document: result.document ?? null,
  journal: result.journal,
  seconds: result.seconds,
  interrupted: result.interrupted,
})
