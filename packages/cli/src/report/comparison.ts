import { type Dataset, type Graph, holdOut } from '@recspec/core'
import type { Context } from '../context.js'
import { formatBytes, formatDuration } from '../output/table.js'
import { type Compared, type ComparingOptions, runComparison } from '../project/comparing.js'
import type { OpenCompetitor } from '../project/competitor.js'
import type { ReportSource } from './model.js'
import { draftReport, reportedData } from './report.js'

/** Compares models and writes a page about it. */
export const reportComparison = async (
  context: Context,
  files: readonly string[],
  options: ComparingOptions,
  path: string,
): Promise<Compared> => {
  const draft = await draftReport(context, path, [...files, options.data, options.items, options.users])
  const graphs: Graph[] = []
  let data: Dataset | undefined
  const compared = await runComparison(context, files, options, async (open) => {
    graphs.push(open.graph)
    data ??= open.dataset
    await draft.add(sourceOf(open))
  })
  const { comparison, baselines, competitors } = compared
  const names = competitors.map(({ name }) => name)
  const title = `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
  await draft.write(
    { title, comparison, baselines },
    reportedData(options.data, data!, graphs, competitors[0]!.rejected),
  )
  return compared
}

const sourceOf = (open: OpenCompetitor): ReportSource => {
  const { name, model, graph, evaluation, dataset, seed, reports, seconds, memory, size, digest, backend } = open
  const { training, test } = holdOut(dataset, graph.evaluation, seed, graph.plugins)
  return {
    ...{ name, model, evaluation, reports, digest, backend },
    metrics: graph.evaluation.metrics,
    known: training.events,
    ...(test ? { test } : {}),
    facts: [
      ['training', seconds === undefined ? '–' : formatDuration(seconds)],
      ['memory (estimated)', formatBytes(memory)],
      ['file', formatBytes(size)],
    ],
  }
}
