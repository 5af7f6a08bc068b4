import {
  type Evaluation,
  type Events,
  Failure,
  type Graph,
  type MetricSpec,
  type Model,
  type Report,
} from '@recspec/core'
import type { Curve, Fact, MappedTable, ReportedModel } from '@recspec/report'
import { namesOf } from '../input/entity.js'
import { drawing } from '../output/explain/drawing.js'
import { baselineName } from '../output/metrics.js'
import { formatCount, formatShare } from '../output/table.js'

/** A model that a report shows, while it is open. */
export interface ReportSource {
  readonly name: string
  readonly model: Model
  readonly evaluation?: Evaluation
  /** The metrics that were measured. */
  readonly metrics: readonly MetricSpec[]
  /** The interactions that the model knows, with its indices, where the data has them. */
  readonly known?: Events
  /** The rows that it was measured on. */
  readonly test?: Events
  /** Reports of training; empty for a model that was trained before. */
  readonly reports: readonly Report[]
  /** Training, memory, size. */
  readonly facts: readonly Fact[]
  readonly digest: string
  readonly backend: string
}

/** What a report shows of one model. */
export const reportedModel = (source: ReportSource): ReportedModel => {
  const { name, model, evaluation, metrics, known, reports, facts, digest, backend } = source
  const { graph } = model
  return {
    name,
    document: graph.document,
    drawing: drawing(graph),
    ...(evaluation ? { evaluation } : {}),
    lower: new Set(metrics.filter(({ definition }) => definition.better === 'lower').map(({ text }) => text)),
    baseline: baselineName(graph),
    curves: curvesOf(reports),
    ...mapsOf(model, known),
    facts,
    receipt: [
      ...receiptOf(evaluation),
      ['seed', String(model.seed)],
      ...versionsOf(model),
      ['backend', backend],
      ['digest of the model', digest.slice(0, 16)],
    ],
  }
}

const versionsOf = ({ madeBy }: Model): readonly Fact[] => [
  ...(madeBy.engine === undefined ? [] : [['engine', madeBy.engine] as Fact]),
  ['@recspec/core', madeBy.core],
  ...madeBy.plugins.map(({ package: name, version }): Fact => [name, version]),
]

const receiptOf = (evaluation: Evaluation | undefined): readonly Fact[] => {
  if (!evaluation) return []
  const { protocol, rows, receipt, unknown, trained } = evaluation
  return [
    ['protocol', protocol],
    ['test rows', formatCount(rows)],
    ...(receipt ? [['digest of the test rows', receipt.tests] as const] : []),
    ['of unknown users, items', `${formatCount(unknown.users)}, ${formatCount(unknown.items)}`],
    ['in the training data', formatCount(trained ?? 0)],
    ...(receipt?.equalTimes === undefined
      ? []
      : [['decided by the order of equal times', formatShare(receipt.equalTimes)] as const]),
    ...(receipt?.older
      ? [
          [
            'older than training rows of the user, of anyone',
            `${formatShare(receipt.older.user)}, ${formatShare(receipt.older.anyone)}`,
          ] as const,
        ]
      : []),
  ]
}

/** Loss and validation metrics by epoch, epochs counted through all phases. */
const curvesOf = (reports: readonly Report[]): readonly Curve[] => {
  const curves = new Map<string, Curve & { readonly points: { epoch: number; value: number; phase: string }[] }>()
  let before = 0
  let last: Report | undefined
  for (const report of reports) {
    if (last && last.phase !== report.phase) before += last.epoch
    last = report
    const phase = `${report.phase + 1}: ${report.solver}`
    for (const [name, value] of [['loss', report.loss] as const, ...Object.entries(report.metrics ?? {})]) {
      // a solver that measures its loss now and then reports NaN between
      if (!Number.isFinite(value)) continue
      const curve = curves.get(name) ?? { name, points: [] }
      curve.points.push({ epoch: before + report.epoch, value, phase })
      curves.set(name, curve)
    }
  }
  return [...curves.values()]
}

/** The widest table of items by id, or the vectors that the score multiplies. */
const mapsOf = (model: Model, known: Events | undefined): Pick<ReportedModel, 'maps' | 'unmapped'> => {
  const table = widestTable(model.graph)
  try {
    const { values, width } = model.vectors('item', table)
    if (width < 2) return { maps: [], unmapped: 'It has no table of items with two columns or more.' }
    const { items } = model
    const names = namesOf(items)
    const map: MappedTable = {
      name: table ?? 'of the score',
      rows: 'items',
      values,
      width,
      names: Array.from({ length: items.ids.count }, (_, item) => names.nameOf(item) ?? items.ids.at(item)),
      events: eventsOf(known?.item ?? new Int32Array(0), items.ids.count),
    }
    return { maps: items.ids.count > 0 ? [map] : [] }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { maps: [], unmapped: `There is no map: ${error.message}.` }
  }
}

const widestTable = ({ tables, inputs, nodes }: Graph): string | undefined => {
  const ofItems = [...tables.values()].filter(({ input, dim }) => {
    const read = inputs.get(input)!
    return read.entity === 'item' && read.definition.reads === 'key' && dim > 1
  })
  const [widest] = ofItems.sort((a, b) => b.dim - a.dim)
  return widest && nodes.has(widest.name) ? widest.name : undefined
}

/** How many events each of some entities has. */
export const eventsOf = (entities: Int32Array, count: number): Int32Array => {
  const events = new Int32Array(count)
  for (const entity of entities) if (entity >= 0) events[entity]!++
  return events
}
