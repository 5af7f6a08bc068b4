import type { Report } from '@recspec/core'
import type { Host } from '../host.js'
import { CLEAR_LINE } from './printable.js'
import { formatCount, formatDuration, formatMetric, formatNumber } from './table.js'

/** Progress of training on standard error: one line that is redrawn on a terminal, one line per phase elsewhere. */
export interface ProgressLine {
  report(report: Report): void
  /** Shows what happens now ("reading ratings.csv"); on a terminal only. */
  note(text: string): void
  /** Clears the line. */
  end(): void
}

/** Rows per second since the previous report, and the seconds that are left of the phase. */
export const pace = (report: Report, before: Report | undefined): { rate?: number; left?: number } => {
  const same = before && before.phase === report.phase
  const seconds = report.seconds - (before?.seconds ?? 0)
  const epochs = report.epoch - (same ? before.epoch : 0)
  if (!(seconds > 0) || epochs <= 0) return {}
  return { rate: report.examples / seconds, left: (seconds / epochs) * Math.max(0, report.epochs - report.epoch) }
}

/** A report as one line. */
export const progressText = (report: Report, before?: Report): string => {
  const { rate, left } = pace(report, before)
  const metrics = Object.entries(report.metrics ?? {}).map(([name, value]) => `${name} ${formatMetric(value)}`)
  return [
    `${report.phases > 1 ? `${report.phase + 1}/${report.phases} ` : ''}${report.solver}`,
    `epoch ${report.epoch}/${report.epochs}`,
    `loss ${formatNumber(report.loss)}`,
    ...metrics,
    ...(rate === undefined ? [] : [`${formatCount(Math.round(rate))} rows/s`]),
    ...(left === undefined || left === 0 ? [] : [`${formatDuration(left)} left`]),
  ].join('  ')
}

/** Starts the progress line of a run. */
export const progress = (host: Host): ProgressLine => {
  let last: Report | undefined
  let said = ''
  let drawn = false
  // a phase may stop before its last epoch: its line is printed when the next one begins
  const finish = () => {
    if (said && !host.terminal) host.err(said)
    said = ''
  }
  const draw = (text: string) => {
    host.err(`${CLEAR_LINE}${text.slice(0, Math.max(20, host.width - 1))}`)
    drawn = true
  }
  return {
    report: (report) => {
      const text = progressText(report, last)
      if (host.terminal) draw(text)
      if (last && last.phase !== report.phase) finish()
      said = `${text}  ${formatDuration(report.seconds)}\n`
      last = report
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
