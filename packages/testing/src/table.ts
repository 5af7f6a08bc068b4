import type { Plugin } from '@recspec/core'
import { typeOf } from './kind.js'
import { kindOf, operatorsOf } from './plugin.js'

/** The entry of a parameter in a table of operators: its name, and its default. */
const parameter = ([name, schema]: [string, unknown]): string => {
  const { default: value } = schema as { readonly default?: unknown }
  return `\`${name}\`${value === undefined ? '' : ` ${JSON.stringify(value).replaceAll('|', '\\|')}`}`
}

/**
 * The operators of a plugin as a Markdown table, for its README: kind, name, parameters with their defaults, and the
 * summary of each.
 */
export const operatorTable = (plugin: Plugin): string =>
  [
    '| kind | name | parameters | |',
    '|---|---|---|---|',
    ...operatorsOf(plugin).map(({ section, name }) => {
      const { summary, params } = plugin[section]![name] as { summary: string; params?: { properties?: object } }
      const parameters = Object.entries(params?.properties ?? {}).map(parameter)
      const { noun } = kindOf(plugin, section, name)
      return `| ${noun} | \`${typeOf(plugin, name)}\` | ${parameters.join(', ')} | ${summary.replaceAll('|', '\\|')} |`
    }),
    '',
  ].join('\n')
