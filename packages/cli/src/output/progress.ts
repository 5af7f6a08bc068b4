import type { Report, StepReport } from '@recspec/core'
import type { Host } from '../host.js'
import { CLEAR_LINE } from './printable.js'
import { formatCount, formatDuration, formatMetric, formatNumber } from './table.js'

/**
 * Progress of training on standard error: one line that is redrawn on a terminal; elsewhere lines for a log, at least
 * one per phase.
 */
export interface ProgressLine {
  report(report: Report): void
  /** Progress within an epoch. */
  step(report: StepReport): void
  /** Shows what happens now ("reading ratings.csv"); on a terminal only. */
  note(text: string): void
  /** Clears the line. */
  end(): void
}

/** Seconds between two drawings within an epoch, and those before its rate is shown. */
const REDRAW = 1
const SETTLED = 0.5

/** Seconds between two lines of a log: after epochs, and within one. */
const EPOCH_LINES = 10
const STEP_LINES = 30

/** Rows per second, and the seconds that are left of the phase. */
interface Pace {
  readonly rate?: number
  readonly left?: number
}

/** The pace since the previous report. */
export const pace = (report: Report, before: Report | undefined): Pace => {
  const same = before && before.phase === report.phase
  const seconds = report.seconds - (before?.seconds ?? 0)
  const epochs = report.epoch - (same ? before.epoch : 0)
  if (!(seconds > 0) || epochs <= 0) return {}
  return { rate: report.examples / seconds, left: (seconds / epochs) * Math.max(0, report.epochs - report.epoch) }
}

/** The pace since the begin of the epoch. */
export const stepPace = (step: StepReport, begin: StepReport): Pace => {
  const seconds = step.seconds - begin.seconds
  const rate = (step.examples - begin.examples) / seconds
  if (seconds < SETTLED || !(rate > 0)) return {}
  return { rate, left: (step.total - step.examples + step.total * (step.epochs - step.epoch)) / rate }
}

/** A report as one line. */
export const progressText = (report: Report, before?: Report): string =>
  [
    ...placed(report),
    `loss ${formatNumber(report.loss)}`,
    ...Object.entries(report.metrics ?? {}).map(([name, value]) => `${name} ${formatMetric(value)}`),
    ...paced(pace(report, before)),
  ].join('  ')

/** Progress within an epoch as one line. */
export const stepText = (step: StepReport, begin: StepReport): string =>
  [
    ...placed(step),
    `${Math.floor((100 * step.examples) / step.total)} %`,
    ...(step.loss === undefined ? [] : [`loss ${formatNumber(step.loss)}`]),
    ...paced(stepPace(step, begin)),
  ].join('  ')

const placed = ({ phase, phases, solver, epoch, epochs }: Report | StepReport): readonly string[] => [
  `${phases > 1 ? `${phase + 1}/${phases} ` : ''}${solver}`,
  `epoch ${epoch}/${epochs}`,
]

const paced = ({ rate, left }: Pace): readonly string[] => [
  ...(rate === undefined ? [] : [`${formatCount(Math.round(rate))} rows/s`]),
  ...(left === undefined || left === 0 ? [] : [`${formatDuration(left)} left`]),
]

/** Starts the progress line of a run. */
export const progress = (host: Host): ProgressLine => {
  let last: Report | undefined
  let begin: StepReport | undefined
  /** The line of the last epoch, while a log does not have it. */
  let pending = ''
  /** Seconds of the run when a line was last shown. */
  let shown = 0
  let drawn = false
  // a phase may stop before its last epoch: its line is printed when the next one begins
  const finish = () => {
    if (pending) host.err(pending)
    pending = ''
  }
  const draw = (text: string) => {
    host.err(`${CLEAR_LINE}${text.slice(0, Math.max(20, host.width - 1))}`)
    drawn = true
  }
  const lineOf = (text: string, seconds: number) => `${text}  ${formatDuration(seconds)}\n`
  return {
    report: (report) => {
      const text = progressText(report, last)
      if (host.terminal) {
        draw(text)
        shown = report.seconds
      } else {
        if (last && last.phase !== report.phase) finish()
        pending = lineOf(text, report.seconds)
        if (report.seconds - shown >= EPOCH_LINES) {
          finish()
          shown = report.seconds
        }
      }
      last = report
    },
    step: (step) => {
      // an epoch that was interrupted for a checkpoint begins once
      if (!begin || begin.phase !== step.phase || begin.epoch !== step.epoch) begin = step
      if (step.seconds - shown < (host.terminal ? REDRAW : STEP_LINES)) return
      shown = step.seconds
      if (host.terminal) return draw(stepText(step, begin))
      pending = lineOf(stepText(step, begin), step.seconds)
      finish()
    },
    note: (text) => {
      if (host.terminal) draw(text)
    },
    end: () => {
      finish()
      if (drawn) host.err(CLEAR_LINE)
      drawn = false
    },
  }
}
