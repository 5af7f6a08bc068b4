// Which file of the repository becomes which page, and where the sidebar has it. A file may become several pages: one
// that begins at `heading` ends where the next one of the same file begins.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { headingsOf } from './markdown.js'

/** The repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** The text of a file of the repository. */
export const read = (path) => readFileSync(join(root, path), 'utf8')

const guides = (...names) => names.map((name) => ({ from: `docs/${name}.md`, to: `guides/${name}` }))
const tutorials = (...names) => names.map((name) => ({ from: `docs/tutorials/${name}.md`, to: `tutorials/${name}` }))
const readme = (name) => ({ from: `packages/${name}/README.md`, to: `packages/${name}` })

/** The READMEs of packages: those that a program imports first, then the others. */
const first = ['core', 'dsl', 'data', 'kernels', 'study']
const readmes = [
  ...first,
  ...readdirSync(join(root, 'packages')).filter((name) => name !== 'cli' && !first.includes(name)),
]
  .map(readme)
  .filter(({ from }) => existsSync(join(root, from)))

const LANGUAGE = 'docs/language.md'
const sections = headingsOf(read(LANGUAGE))
  .filter(({ level }) => level === 2)
  .map(({ text, anchor }) => ({ from: LANGUAGE, to: `language/${anchor}`, heading: text }))

/** The folders of packages whose public names have a page: the others are used by the command line alone. */
export const libraries = readdirSync(join(root, 'packages')).filter(
  (name) => !['backend', 'report', 'create-recspec-plugin'].includes(name),
)

/** Groups of pages in the order of the sidebar. */
export const groups = [
  { title: 'Start', pages: [{ from: 'README.md', to: 'index', label: 'The first ten minutes' }] },
  { title: 'Gallery', pages: [{ from: 'examples/README.md', to: 'gallery/index' }] },
  { title: 'Tutorials', pages: tutorials('implicit', 'neural', 'context', 'bayes', 'autoencoders') },
  {
    title: 'Guides',
    pages: [
      ...guides('data', 'lint', 'metadata', 'text', 'sequences', 'autoencoders', 'linear', 'coldstart'),
      ...guides('measuring', 'search', 'reports', 'serving', 'pages'),
      ...guides('scale', 'keras', 'onnx', 'pgvector'),
      { ...readme('cli'), to: 'guides/commands', label: 'The command line' },
    ],
  },
  { title: 'The language', pages: [{ from: LANGUAGE, to: 'language/index' }, ...sections] },
  {
    title: 'Plugins',
    pages: [
      { from: 'docs/plugins.md', to: 'plugins/index' },
      { from: 'packages/core/README.md', to: 'plugins/operators', heading: 'Writing a plugin' },
    ],
  },
  { title: 'Packages', pages: readmes },
  {
    title: 'The project',
    pages: [
      { from: 'docs/glossary.md', to: 'glossary' },
      { from: 'bench/README.md', to: 'measured', label: 'How numbers were measured' },
      { from: 'ARCHITECTURE.md', to: 'architecture' },
      { from: 'CONTRIBUTING.md', to: 'contributing' },
    ],
  },
]

/** The address of a page within the site. */
export const address = (to) => `/${to.replace(/(^|\/)index$/, '$1')}`

/** The address of a file or folder of the repository where it is published. */
export const repositoryAddress = (path) => {
  const kind = statSync(join(root, path)).isDirectory() ? 'tree' : 'blob'
  return `https://github.com/recspec/recspec/${kind}/main/${path}`
}

/** Every page that is a file of the repository. */
export const files = groups.flatMap(({ pages }) => pages)

/** The Markdown files of `docs/` that are no page. */
export const forgotten = () => {
  const known = new Set(files.map(({ from }) => from))
  const found = readdirSync(join(root, 'docs'), { recursive: true }).map((path) => `docs/${path.replaceAll('\\', '/')}`)
  return found.filter((path) => path.endsWith('.md') && !known.has(path)).sort()
}
