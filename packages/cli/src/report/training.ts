import { type Dataset, type Graph, holdOut, type Report, type Trained } from '@recspec/core'
import type { Context } from '../context.js'
import { formatBytes, formatCount, formatDuration } from '../output/table.js'
import type { TrainingOptions } from '../project/training.js'
import { draftReport, reportedData } from './report.js'

/** What a page says of a training run besides the model. */
export interface TrainedFacts {
  readonly trained: Trained
  readonly dataset: Dataset
  readonly size: number
  readonly digest: string
  readonly backend: string
  readonly rejected: number
}

/** A page about a training run: it hears the reports, and is written at the end. */
export interface TrainingPage {
  report(report: Report): void
  write(facts: TrainedFacts): Promise<void>
}

/** Begins the page of a training run. */
export const trainingPage = async (
  context: Context,
  path: string,
  graph: Graph,
  { data, seed, items, users, out, resume }: TrainingOptions,
  file: string,
): Promise<TrainingPage> => {
  const draft = await draftReport(context, path, [file, data, items, users, out, resume])
  const reports: Report[] = []
  return {
    report: (report) => {
      reports.push(report)
    },
    write: async ({ trained, dataset, size, digest, backend, rejected }) => {
      const { model, evaluation, seconds, rows } = trained
      const { training, test } = holdOut(dataset, graph.evaluation, seed, graph.plugins)
      await draft.add({
        ...{ name: graph.name, model, reports, digest, backend, metrics: graph.evaluation.metrics },
        ...(evaluation ? { evaluation } : {}),
        known: training.events,
        ...(test ? { test } : {}),
        facts: [
          ['training', formatDuration(seconds)],
          ['training rows', formatCount(rows)],
          ['file', formatBytes(size)],
        ],
      })
      await draft.write({ title: graph.name, baselines: [] }, reportedData(data, dataset, [graph], rejected))
    },
  }
}
