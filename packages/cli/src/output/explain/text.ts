import type { Graph } from '@recspec/core'
import { formatCount, table, wrap } from '../table.js'
import { type Description, describe, type NodeText, setting } from './describe.js'

const settings = (values: Readonly<Record<string, unknown>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${setting(value)}`)
    .join(', ')

const weights = ({ weights, parameters }: NodeText): string => {
  const entries = Object.entries(weights)
  if (entries.length === 0) return ''
  return `${entries.map(([name, shape]) => `${name} [${shape.join(', ')}]`).join(', ')} = ${formatCount(parameters)}`
}

/** Puts the last column on separate lines where the rows are wider than `width`. */
const section = (title: string, rows: readonly (readonly string[])[], width: number): string => {
  if (rows.length === 0) return ''
  const whole = table(rows)
  const wide = whole.split('\n').some((line) => line.length > width)
  return `\n${title}\n${wide ? splitTable(rows) : whole}`
}

const splitTable = (rows: readonly (readonly string[])[]): string => {
  const lines = table(rows.map((row) => row.slice(0, -1)))
    .trimEnd()
    .split('\n')
  const last = rows.map((row) => row.at(-1))
  return lines.map((line, index) => `${line}\n${last[index] ? `      ${last[index]}\n` : ''}`).join('')
}

/** The number of parameters: `(user + 1) × 32 + 4,321`. */
const total = ({ parameters }: Description): string => {
  const terms = Object.entries(parameters.rows).map(([rows, width]) => `(${rows} + 1) × ${formatCount(width)}`)
  if (parameters.fixed > 0 || terms.length === 0) terms.push(formatCount(parameters.fixed))
  return terms.join(' + ')
}

const lines = (text: string, indent: string): string =>
  text
    .split('\n')
    .map((line) => `${indent}${line}\n`)
    .join('')

const phases = (description: Description): string =>
  description.phases
    .map((phase, index) => {
      const said = settings(phase.settings)
      const trains = phase.trains === 'everything' ? phase.trains : phase.trains.join(', ')
      return [
        `\nphase ${index + 1} of ${description.phases.length}: ${phase.type}\n`,
        lines(phase.summary, '  '),
        ...(said ? [lines(said, '  ')] : []),
        `  heads ${phase.heads.join(', ')}; trains ${trains}\n`,
        ...(phase.plan ? [lines(`plan: ${phase.plan}`, '  ')] : []),
      ].join('')
    })
    .join('')

/** What an input reads, where it is no key and no history. */
const readsText = (it: Description['inputs'][number]): string => {
  if (it.of !== undefined) return `of ${it.of}`
  if (it.column !== undefined) return `column "${it.column}"`
  if (it.columns) return `columns ${it.columns.map((name) => `"${name}"`).join(', ')}`
  return it.vectors === undefined ? '' : `vectors "${it.vectors}"`
}

/**
 * The graph as text: inputs, tables, ops in order, heads, the plan of each phase, in lines of at most `width` columns.
 * Ends with a newline.
 */
export const explainText = (graph: Graph, width = 120): string => {
  const it = describe(graph)
  const inputs = it.inputs.map((input) => [input.name, input.type, input.entity, input.gives, readsText(input)])
  const tables = it.tables.map(({ name, rows, ids, dim, readers, l2, nu }) => [
    name,
    `[${rows} ${ids ? '+ 1' : 'rows'}, ${dim}]`,
    `read by ${readers.join(', ')}`,
    l2 > 0 ? `l2 ${l2}, nu ${nu}` : '',
  ])
  const ops = it.nodes.map((node) => [
    node.name,
    `${node.type}(${node.inputs.join(', ')})`,
    node.shape,
    node.side,
    weights(node),
    settings(node.settings),
  ])
  const heads = it.heads.map((head) => [
    head.name,
    `${head.loss}(${head.inputs.join(', ')})`,
    head.target === undefined ? '' : `target "${head.target}"${head.labels === undefined ? '' : `, ${head.labels}`}`,
    head.ranks ? 'ranks' : '',
    it.heads.length > 1 ? `weight ${setting(head.weight)}` : '',
    [settings(head.settings), head.examples ? `examples: ${head.examples}` : '']
      .filter((text) => text !== '')
      .join('; '),
  ])
  const scores = it.heads.map(({ name, form }) => [name, '=', form])
  const text = [
    `${it.name}\n`,
    section('inputs', inputs, width),
    section('tables', tables, width),
    section('ops', ops, width),
    section('heads', heads, width),
    section('scores', scores, width),
    `\nparameters\n  ${total(it)}\n`,
    phases(it),
    `\nevaluation\n  split ${it.evaluation.split}\n  candidates ${it.evaluation.candidates}\n`,
    `  metrics ${it.evaluation.metrics.join(', ') || 'none'}\n`,
  ].join('')
  return wrap(text, Math.max(40, width))
}
