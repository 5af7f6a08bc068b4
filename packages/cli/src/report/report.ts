import { resolve } from 'node:path'
import { type Dataset, type Finding, type Graph, lint, lintDocument } from '@recspec/core'
import type { ReportContent, ReportedData, ReportedModel, ReportedUser } from '@recspec/report'
import type { Context } from '../context.js'
import { checkDestination, checkOverlap } from '../output/destination.js'
import { shellQuote } from '../output/hints.js'
import { summaryOf } from '../output/lint.js'
import { save } from '../output/save.js'
import { formatCount } from '../output/table.js'
import { version } from '../project/version.js'
import { type ReportSource, reportedModel } from './model.js'
import { recommendedList, reportedUser, shownUsers } from './users.js'

/** A report that is put together model by model, each while it is open. */
export interface ReportDraft {
  add(source: ReportSource): Promise<void>
  /** Writes the page. */
  write(rest: Pick<ReportContent, 'title' | 'baselines' | 'comparison'>, data: ReportedData): Promise<void>
}

/** Begins a report; refuses a path that cannot be written, or is a file that the command reads. */
export const draftReport = async (
  { host, argv }: Context,
  path: string,
  reads: readonly (string | undefined)[],
): Promise<ReportDraft> => {
  const subject = `--report ${path}`
  await checkDestination(resolve(host.cwd, path), subject)
  const read = reads.filter((file) => file !== undefined)
  const inputs = read.map((file) => ({ path: file, what: 'a file that the command reads or writes' }))
  await checkOverlap(host.cwd, path, subject, inputs, '--report')
  const models: ReportedModel[] = []
  const users = new Map<string, Omit<ReportedUser, 'lists'> & { readonly lists: ReportedUser['lists'][number][] }>()
  return {
    add: async (source) => {
      models.push(reportedModel(source))
      // the first model says whose recommendations are shown
      if (models.length === 1)
        for (const id of shownUsers(source)) users.set(id, { ...reportedUser(source, id), lists: [] })
      for (const [id, { lists }] of users) lists.push(await recommendedList(source, id))
    },
    write: async ({ title, baselines, comparison }, data) => {
      // charts take half a second to load: only commands with --report pay for it
      const { reportPage } = await import('@recspec/report')
      const page = await reportPage({
        ...{ title, models, baselines, data },
        ...(comparison ? { comparison } : {}),
        users: [...users.values()],
        command: ['recspec', ...argv].map(shellQuote).join(' '),
        versions: `recspec ${version()}`,
      })
      await save(resolve(host.cwd, path), page)
      host.err(`saved ${path}\n`)
    },
  }
}

/** What a report says of data, and what is likely a mistake in it or in the documents. */
export const reportedData = (file: string, data: Dataset, graphs: readonly Graph[], rejected: number): ReportedData => {
  const { users, items, events, test, columns } = summaryOf(data)
  const findings = new Map<string, Finding>()
  for (const graph of graphs)
    for (const finding of [...lint(data, graph), ...lintDocument(graph)]) findings.set(finding.message, finding)
  const listed = (names: readonly string[]) => names.join(', ') || 'none'
  return {
    facts: [
      ['data', file],
      ['events', formatCount(events)],
      ['users', formatCount(users)],
      ['items', formatCount(items)],
      ...(test === undefined ? [] : [['given test rows', formatCount(test)] as const]),
      [
        'columns of events',
        listed([...columns.events, ...(columns.time === undefined ? [] : [`${columns.time} (time)`])]),
      ],
      ['columns of users', listed(columns.users)],
      ['columns of items', listed(columns.items)],
      ['rejected rows', formatCount(rejected)],
      ['read', data.notes.join('; ')],
    ],
    findings: [...findings.values()],
  }
}
