import type { Dataset, Finding } from '@recspec/core'
import { formatCount } from './table.js'

/** Findings as text: one warning each, with its hint. */
export const findingText = (file: string, findings: readonly Finding[]): string =>
  findings
    .map(({ message, hint }) => `${file}: warning: ${message}\n${hint === undefined ? '' : `  hint: ${hint}\n`}`)
    .join('')

/** The counts and columns of a data set as `--json` prints them. */
export const summaryOf = ({ users, items, events, test }: Dataset) => ({
  users: users.ids.count,
  items: items.ids.count,
  events: events.count,
  ...(test ? { test: test.count } : {}),
  columns: {
    users: [...users.columns.keys()],
    items: [...items.columns.keys()],
    events: [...events.columns.keys()],
    ...(events.time ? { time: events.timeColumn ?? 'time' } : {}),
  },
})

/** What a data set has: counts, columns, times. */
export const summaryText = (file: string, data: Dataset): string => {
  const { users, items, events, test, columns } = summaryOf(data)
  const named = (names: readonly string[]) => (names.length === 0 ? '' : ` with ${names.join(', ')}`)
  const parts = [
    `${formatCount(events)} events${named(columns.events)}${columns.time === undefined ? '' : `, times in ${columns.time}`}`,
    ...(test === undefined ? [] : [`${formatCount(test)} test rows`]),
    `${formatCount(users)} users${named(columns.users)}`,
    `${formatCount(items)} items${named(columns.items)}`,
  ]
  return `${file}: ok\n${parts.map((part) => `  ${part}\n`).join('')}`
}
