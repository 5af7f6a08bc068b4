import type { Evaluation } from '@recspec/core'
import type { Comparison } from '@recspec/study'
import type { Curve } from './charts/curve.js'
import type { MappedTable } from './charts/map.js'
import type { GraphDrawing } from './graph/drawing.js'

/** A value with its name. */
export type Fact = readonly [name: string, value: string]

/** A model of a report. */
export interface ReportedModel {
  readonly name: string
  readonly document: unknown
  readonly drawing: GraphDrawing
  readonly evaluation?: Evaluation
  /** Which of its metrics are better when they are lower. */
  readonly lower: ReadonlySet<string>
  /** What the baseline of its metrics is called. */
  readonly baseline: string
  readonly curves: readonly Curve[]
  readonly maps: readonly MappedTable[]
  /** Why it has no map, where it has none. */
  readonly unmapped?: string
  readonly facts: readonly Fact[]
  /** What its numbers belong to. */
  readonly receipt: readonly Fact[]
}

/** An item in a list of recommendations. */
export interface RecommendedItem {
  readonly name: string
  readonly held: boolean
  /** Interactions that contribute most to its score. */
  readonly because: readonly string[]
}

/** What one model recommends to a user. */
export interface RecommendedList {
  readonly model: string
  readonly items: readonly RecommendedItem[]
  /** Why there is no list, or no explanation of it. */
  readonly note?: string
}

/** A user with their history, and what the models recommend. */
export interface ReportedUser {
  readonly name: string
  /** Absent where the data has test rows only. */
  readonly events?: number
  /** The newest interactions, or the last ones of the data where it has no times. */
  readonly history: readonly string[]
  readonly lists: readonly RecommendedList[]
}

/** The data of a report. */
export interface ReportedData {
  readonly facts: readonly Fact[]
  readonly findings: readonly { readonly message: string; readonly hint?: string }[]
}

/** Models that only count, beside the others. */
export interface ReportedBaseline {
  readonly name: string
  readonly metrics: Readonly<Record<string, number>>
}

/** All that a report shows. */
export interface ReportContent {
  readonly title: string
  /** The command that made it, and the versions that ran. */
  readonly command: string
  readonly versions: string
  readonly models: readonly ReportedModel[]
  readonly comparison?: Comparison
  readonly baselines: readonly ReportedBaseline[]
  readonly users: readonly ReportedUser[]
  readonly data: ReportedData
}
