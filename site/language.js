// Pages of the language with an example of each operator, from documents that tests train.
import { documentsIn, documentsOf } from './documents.js'
import { gallery, galleryAddress } from './gallery.js'
import { headingsOf } from './markdown.js'
import { operators, usesOf } from './operators.js'
import { address, files, repositoryAddress } from './pages.js'

const pages = [...new Set(files.map(({ from }) => from))]
const uses = usesOf([...gallery, ...pages.flatMap(documentsOf), ...documentsIn('site/documents')])

/** Where a document is shown. */
const shownAt = ({ path }) => {
  const page = files.find(({ from }) => from === path)
  return galleryAddress(path) ?? (page ? address(page.to) : repositoryAddress(path))
}

const linked = (document) => `[${document.name}](${shownAt(document)})`

/** The excerpt that shows most: of those of few lines the one with most parameters, else the shortest. */
const best = (excerpts) => {
  const few = excerpts.filter(({ text }) => text.length <= 320 && text.split('\n').length <= 6)
  const [first] =
    few.length > 0
      ? few.sort((a, b) => b.parameters - a.parameters)
      : excerpts.sort((a, b) => a.text.length - b.text.length)
  return first
}

/** A line without the blanks that align it with others of its document. */
const dense = (text) => (text.includes('\n') ? text : text.replace(/([:,]) +(?=["{[\d])/g, '$1 '))

const MOST = 8

const example = ({ documents, excerpts }) => {
  const { document, text } = best(excerpts)
  const others = [...documents].filter((one) => one !== document)
  const more = others.length > MOST ? ` and ${others.length - MOST} more` : ''
  const also = others.length > 0 ? `; also in ${others.slice(0, MOST).map(linked).join(', ')}${more}` : ''
  return `From ${linked(document)}${also}:\n\n\`\`\`jsonc\n${dense(text)}\n\`\`\`\n`
}

/**
 * The text of a page of the language with examples, and what is missing: operators without an entry on their page, and
 * those that no document uses. Operators with a section of their own have the example at its end, those of a table at
 * the end of the page.
 */
export const withExamples = (to, text) => {
  const kind = to.replace(/^language\//, '')
  const own = operators.filter((operator) => operator.kind === kind)
  const faults = []
  const lines = text.split('\n')
  const headings = headingsOf(text)
  const inserted = []
  const listed = []
  for (const { name } of own) {
    const use = uses.get(`${kind} ${name}`)
    if (use.documents.size === 0) {
      faults.push(`${kind}: no document uses "${name}": site/documents/ is the place for one`)
      continue
    }
    const at = headings.findIndex((heading) => heading.level === 2 && heading.text === name)
    if (at >= 0) {
      const end = headings[at + 1]?.line ?? lines.length + 1
      inserted.push([end - 1, `\n${example(use)}`])
    } else if (lines.some((line) => line.startsWith(`| \`${name}\``) || line.startsWith(`| \`${name}@`)))
      listed.push(`### \`${name}\`\n\n${example(use)}`)
    else faults.push(`${to}: no entry for "${name}"`)
  }
  for (const [end, block] of inserted.sort(([a], [b]) => b - a)) lines.splice(end, 0, ...block.split('\n'))
  const end = listed.length > 0 ? `\n## In documents\n\n${listed.join('\n')}` : ''
  return { text: lines.join('\n') + end, faults }
}
