import { operatorName } from '@recspec/core'
import { printFault } from '@recspec/testing'
import type { CheckedPlugin } from '../project/conformance.js'
import { oneLine } from './printable.js'
import { formatDuration, table } from './table.js'

/** What the conformance kit says of a plugin: its package, its faults, and what could not be checked. */
export const printConformance = (plugin: CheckedPlugin): string => {
  const { name, package: from, version, apiVersion, core, checks, seconds, faults, untested } = plugin
  const lines = [
    ...faults.map(printFault),
    ...untested.map(
      ({ plugin: of, kind, operator, reason }) => `${kind} ${operatorName(operator, [of])} was not checked: ${reason}`,
    ),
  ]
  const found = faults.length === 0 ? 'no fault' : faults.length === 1 ? '1 fault' : `${faults.length} faults`
  const copies = core.map((one) => `${one.version ?? 'unknown version'} in ${one.folder}`)
  return [
    `\nplugin ${oneLine(name)}\n`,
    table([
      ['package', [from ?? 'none', version].filter((part) => part !== undefined).join(' ')],
      ['apiVersion', `${apiVersion}`],
      ...copies.map((copy, place) => [
        place === 0 ? (copies.length > 1 ? `core, ${copies.length} copies` : 'core') : '',
        copy,
      ]),
      ['checks', `${checks} in ${formatDuration(seconds)}: ${found}`],
    ]),
    ...lines.map((line) => `  ${oneLine(line)}\n`),
    ...(copies.length > 1 ? ['  hint: the plugin finds another copy of core than this command: npm dedupe\n'] : []),
  ].join('')
}
