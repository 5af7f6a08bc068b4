// A page for each document of examples/: what it is, its drawing, the document, how it is explained, its figures.

import { check } from '@recspec/dsl'
import { explainDot } from 'recspec'
import { bodyOf, descriptionOf, documentsIn } from './documents.js'
import { headingsOf } from './markdown.js'
import { official } from './operators.js'
import { files, read } from './pages.js'

/** The documents of the gallery. */
export const gallery = documentsIn('examples')

/** The address of the page of a document of the gallery; undefined for other files. */
export const galleryAddress = (path) => {
  const document = gallery.find((one) => one.path === path)
  return document && `/gallery/${document.name}`
}

const cellsOf = (row) =>
  row
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim())

/** The rows of the table of examples/README.md: of each document its system, what it shows, and its sample. */
const listed = new Map(
  read('examples/README.md')
    .split('\n')
    .flatMap((line) => {
      const [, name] = /^\| \[([\w-]+)\]\(/.exec(line) ?? []
      const [, system, shows, data] = cellsOf(line)
      return name ? [[name, { system, shows, data }]] : []
    }),
)

/** The tables of a Markdown text: header and rows as lines, and the anchor of the heading above. */
const tablesOf = (text) => {
  const headings = headingsOf(text)
  const lines = text.split('\n')
  return lines.flatMap((line, index) => {
    if (!/^\|[-:| ]+\|$/.test(line)) return []
    const end = lines.findIndex((other, at) => at > index && !other.startsWith('|'))
    const { anchor, text: title } = headings.findLast((heading) => heading.line <= index)
    return [{ anchor, title, head: lines.slice(index - 1, index + 1), rows: lines.slice(index + 1, end) }]
  })
}

const measured = tablesOf(read('bench/README.md'))

/** What bench/README.md measured of a document: of each table that names it the rows, or all where a column is. */
const figuresOf = (name) => {
  const named = new RegExp(`\`${name}\``)
  return measured.flatMap(({ anchor, title, head, rows }) => {
    const kept = named.test(head[0]) ? rows : rows.filter((row) => named.test(cellsOf(row)[0]))
    return kept.length === 0 ? [] : [`[${title}](/measured#${anchor}):`, '', ...head, ...kept, '']
  })
}

/** The guides that link to a document. */
const guidesOf = (path) => {
  const guides = files.filter(({ from }) => from.startsWith('docs/') && read(from).includes(`(../${path})`))
  return guides.map(({ from, to }) => `[${headingsOf(read(from))[0].text}](/${to})`)
}

const page = ({ name, path, text }) => {
  const { graph } = check({ name: path, text }, official)
  const { system, shows, data } = listed.get(name)
  const guides = guidesOf(path)
  const figures = figuresOf(name)
  return `---
source: ${path}
---

# ${name}

${system[0].toUpperCase()}${system.slice(1)}: ${shows}.

${descriptionOf(text)}${guides.length > 0 ? `\n\nRead more: ${guides.join(', ')}.` : ''}

## Drawing

\`\`\`dot
${explainDot(graph).trimEnd()}
\`\`\`

## Document

\`\`\`jsonc
${bodyOf(text)}
\`\`\`

\`\`\`sh
npx recspec sample ${data} --out data/${data}
npx recspec train ${path} --data data/${data}/data.json
\`\`\`
${figures.length > 0 ? `\n## Figures\n\n[How they were measured](/measured).\n\n${figures.join('\n')}` : ''}
## What \`explain\` says

\`\`\`text
${read(`examples/golden/${name}.txt`).trimEnd()}
\`\`\`
`
}

/** The pages of the gallery, by where they go. */
export const galleryPages = () => gallery.map((document) => [`gallery/${document.name}`, page(document)])
