// Every operator of the built-in and official plugins, and where documents use it.
import { builtin, schedules } from '@recspec/core'
import { autoencoder } from '@recspec/plugin-autoencoder'
import { imf } from '@recspec/plugin-imf'
import { ncf } from '@recspec/plugin-ncf'
import { text } from '@recspec/plugin-text'
import { strategies } from '@recspec/study'
import { getNodeValue, parseTree } from 'jsonc-parser'

/** The plugins that the command line has, beside the built-in operators. */
export const official = [imf, ncf, autoencoder, text]

/** The sections of a plugin, and the page of the language that has their operators. */
const kinds = {
  inputs: 'inputs',
  layers: 'ops',
  losses: 'losses',
  solvers: 'solvers',
  samplers: 'samplers',
  splits: 'splits',
  candidates: 'candidates',
  metrics: 'metrics',
}

/** Every operator: its kind as a page of the language, and its name. */
export const operators = [
  ...[builtin, ...official].flatMap((plugin) =>
    Object.entries(kinds).flatMap(([section, kind]) =>
      Object.keys(plugin[section] ?? {}).map((name) => ({ kind, name: plugin.name ? `${plugin.name}/${name}` : name })),
    ),
  ),
  ...Object.keys(schedules).map((name) => ({ kind: 'schedules', name })),
  ...Object.keys(strategies).map((name) => ({ kind: 'strategies', name })),
]

const key = (kind, name) => `${kind} ${name}`

/** The kind of an object with a `type`, by where it is in a document. */
const kindAt = (path) => {
  const place = path.join('/')
  if (/^inputs\/[^/]+$/.test(place)) return 'inputs'
  if (/^ops\/[^/]+$/.test(place)) return 'ops'
  if (/^heads\/[^/]+\/loss$/.test(place)) return 'losses'
  if (/\/negatives\/sampler$/.test(place)) return 'samplers'
  if (/^solver(\/\d+)?(\/phases\/\d+)?$/.test(place)) return 'solvers'
  if (/^evaluation\/(split|validation)$/.test(place)) return 'splits'
  if (/^evaluation\/candidates$/.test(place)) return 'candidates'
  if (/^search\/strategy$/.test(place)) return 'strategies'
  return 'schedules'
}

/** Where a document uses operators: of each the node of its JSON that shows it, a property with its value. */
const usesIn = (node, path = []) => {
  if (node.type === 'array') return node.children.flatMap((child, index) => usesIn(child, [...path, index]))
  if (node.type === 'string') {
    const place = path.join('/')
    const shown = node.parent.type === 'property' ? node.parent : node.parent.parent
    if (/^evaluation\/metrics\/\d+$/.test(place) || /(^search|\/stop)\/metric$/.test(place))
      return [{ kind: 'metrics', name: node.value.replace(/[@(].*/, ''), shown }]
    if (/\/negatives\/sampler$/.test(place)) return [{ kind: 'samplers', name: node.value, shown }]
    return []
  }
  if (node.type !== 'object') return []
  const type = node.children.find(({ children: [name] }) => name.value === 'type')?.children[1]
  const shown = node.parent?.type === 'property' ? node.parent : node
  const own = type?.type === 'string' ? [{ kind: kindAt(path), name: type.value, shown }] : []
  return [...own, ...node.children.flatMap(({ children: [name, value] }) => usesIn(value, [...path, name.value]))]
}

/** The text of a node without the indentation of its later lines. */
const excerpt = (text, { offset, length }) => {
  const column = offset - text.lastIndexOf('\n', offset) - 1
  const [first, ...rest] = text.slice(offset, offset + length).split('\n')
  const blank = (line) => line.length - line.trimStart().length
  return [first, ...rest.map((line) => line.slice(Math.min(column, blank(line))))].join('\n')
}

/**
 * Where documents use each operator, by `kind name`: the documents in order, and an excerpt of the one that shows most
 * in few lines.
 */
export const usesOf = (documents) => {
  const found = new Map(operators.map(({ kind, name }) => [key(kind, name), { documents: new Set(), excerpts: [] }]))
  for (const document of documents) {
    for (const { kind, name, shown } of usesIn(parseTree(document.text))) {
      const use = found.get(key(kind, name))
      if (!use) continue
      use.documents.add(document)
      use.excerpts.push({ document, text: excerpt(document.text, shown), parameters: properties(shown) })
    }
  }
  return found
}

const properties = (node) =>
  Object.keys(Object(getNodeValue(node.type === 'property' ? node.children[1] : node))).length
