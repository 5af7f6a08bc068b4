import { type Dataset, type Evaluation, type Events, holdOut, type MeasuredOn, type MetricSpec } from '@recspec/core'
import type { Context } from '../context.js'
import type { OpenModel } from '../input/artifact.js'
import { draftReport, type ReportDraft, reportedData } from './report.js'

/** What was measured of a model, and on which data. */
export interface Measurement {
  readonly evaluation: Evaluation
  readonly metrics: readonly MetricSpec[]
  readonly dataset: Dataset
  readonly on: MeasuredOn
  readonly data: string
  readonly rejected: number
}

/** Begins the page of an evaluation; refuses a path that cannot be written. */
export const evaluationPage = async (context: Context, path: string, reads: readonly (string | undefined)[]) => {
  const draft = await draftReport(context, path, reads)
  return { write: (opened: OpenModel, measured: Measurement) => writeEvaluation(draft, opened, measured) }
}

const writeEvaluation = async (
  draft: ReportDraft,
  { model, runtime, digest }: OpenModel,
  measured: Measurement,
): Promise<void> => {
  const { evaluation, metrics, dataset, data, rejected } = measured
  const { graph } = model
  await draft.add({
    ...{ name: graph.name, model, evaluation, metrics, digest, backend: runtime.backend },
    ...rowsOf(measured, model.seed, graph),
    reports: [],
    facts: [],
  })
  await draft.write({ title: graph.name, baselines: [] }, reportedData(data, dataset, [graph], rejected))
}

/** The rows that the model knows, where the data has them, and those that it was measured on. */
const rowsOf = (
  { dataset, on }: Measurement,
  seed: number,
  { evaluation, plugins }: OpenModel['model']['graph'],
): { readonly known?: Events; readonly test?: Events } => {
  const { events, test } = dataset
  const rows: Readonly<Record<MeasuredOn, () => { readonly known?: Events; readonly test?: Events }>> = {
    test: () => (test ? { known: events, test } : { test: events }),
    trained: () => ({ known: events }),
    'held-out': () => {
      const held = holdOut(dataset, evaluation, seed, plugins)
      return { known: held.training.events, ...(held.test ? { test: held.test } : {}) }
    },
  }
  return rows[on]()
}
