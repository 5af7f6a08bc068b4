import { basename, resolve } from 'node:path'
import type { Context } from '../context.js'
import { errorJson } from '../exit.js'
import type { TrainingResult } from '../project/training.js'
import { nextCommands, resumeCommand } from './hints.js'
import { metricTable } from './metrics.js'
import { outcomeText } from './outcome.js'
import { formatBytes, formatCount, formatDuration } from './table.js'

/** What `train` prints for people. */
export const trainedText = ({ host, argv }: Context, result: TrainingResult, plugins: readonly string[]): string => {
  const { trained, graph, path } = result
  const { evaluation, evaluationError, interrupted } = trained
  const next = nextCommands(
    basename(path) === path ? path : resolve(host.cwd, path),
    trained.model,
    plugins,
    result.compact,
  )
  const rows = formatCount(trained.rows)
  const measured = evaluation ? `\n${metricTable(evaluation, graph)}` : '\nno test rows: nothing was measured\n'
  return [
    interrupted ? 'interrupted; ' : '',
    `trained ${graph.name} on ${rows} rows in ${formatDuration(trained.seconds)} (${result.backend})\n`,
    ...trained.notes.map((note) => `${note}\n`),
    ...(interrupted ? [] : trained.outcomes.map(outcomeText)),
    interrupted || evaluationError !== undefined ? '' : measured,
    `\nsaved ${path}, ${formatBytes(result.size)}\n`,
    interrupted ? `\ncontinue with\n  ${resumeCommand(argv, path)}\n` : '',
    next.length > 0 ? `\nnext\n${next.map((command) => `  ${command}\n`).join('')}` : '',
  ].join('')
}

/** What `train --json` prints. */
export const trainedJson = ({ trained, ...result }: TrainingResult) => ({
  metrics: trained.evaluation?.metrics ?? {},
  baseline: trained.evaluation?.baseline ?? {},
  ...(trained.evaluation?.recent ? { recent: trained.evaluation.recent } : {}),
  ...(trained.evaluation?.classes ? { classes: trained.evaluation.classes } : {}),
  protocol: trained.evaluation?.protocol ?? null,
  ...(trained.evaluation?.receipt ? { receipt: trained.evaluation.receipt } : {}),
  ...(trained.evaluation?.head ? { head: trained.evaluation.head } : {}),
  ...(trained.evaluation?.segments ? { segments: trained.evaluation.segments } : {}),
  seconds: trained.seconds,
  rows: trained.rows,
  rejected: result.rejected,
  digest: result.digest,
  backend: result.backend,
  threads: result.threads,
  ...(trained.notes.length > 0 ? { notes: trained.notes } : {}),
  artifact: result.path,
  outcomes: trained.outcomes,
  interrupted: trained.interrupted !== undefined,
  ...(trained.evaluationError === undefined ? {} : { error: errorJson(trained.evaluationError) }),
})
