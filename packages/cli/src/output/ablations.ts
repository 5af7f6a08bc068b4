import type { Evaluation } from '@recspec/core'
import { formatMetric, table } from './table.js'

/** What a model measures without one of its inputs. */
export interface Ablation {
  readonly input: string
  readonly evaluation: Evaluation
}

const differenceOf = (name: string, without: Evaluation, whole: Evaluation) =>
  without.metrics[name]! - whole.metrics[name]!

/** An ablation as `--json` prints it: its metrics, and how they differ from those of the whole model. */
export const withDifferences = ({ input, evaluation }: Ablation, whole: Evaluation) => ({
  input,
  protocol: evaluation.protocol,
  metrics: evaluation.metrics,
  differences: Object.fromEntries(
    Object.keys(evaluation.metrics).map((name) => [name, differenceOf(name, evaluation, whole)]),
  ),
})

const signed = (value: number) => (value >= 0 ? `+${formatMetric(value)}` : formatMetric(value))

/** Metrics without each input, and how they differ from those of the whole model. */
export const ablationTable = (ablations: readonly Ablation[], whole: Evaluation): string => {
  const names = Object.keys(whole.metrics)
  const rows = ablations.map(({ input, evaluation }) => [
    input,
    ...names.flatMap((name) => [
      formatMetric(evaluation.metrics[name]!),
      signed(differenceOf(name, evaluation, whole)),
    ]),
  ])
  const heading = ['without', ...names.flatMap((name) => [name, 'change'])]
  const cells = table([heading, ...rows], ['left', ...names.flatMap((): ['right', 'right'] => ['right', 'right'])])
  return `${cells}  every value of the input is unknown, every history empty; the model was not trained again\n`
}
