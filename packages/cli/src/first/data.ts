import { basename, extname, relative, sep } from 'node:path'
import type { Dataset } from '@recspec/core'
import { type DataDocument, type InspectedColumn, type InspectedFile, inspectFile, readDataset } from '@recspec/data'
import { failure } from '../exit.js'
import { formatCount } from '../output/table.js'
import { contentIn } from './content.js'
import { type Feature, featuresOf } from './features.js'
import { contentOf, type GivenRoles, type GuessedRole, guessRoles, isCount, isRatingName } from './roles.js'

/** Files of one's own, as absolute paths. */
export interface OwnFiles {
  readonly data: string
  readonly items?: string
  readonly users?: string
}

/** What was found in files of one's own, and why; each line is to be shown. */
export interface OwnData {
  /** The data document that says it; undefined where the file is one. */
  readonly document?: DataDocument
  readonly dataset: Dataset
  readonly target?: { readonly column: string; readonly is: 'ratings' | 'counts' }
  readonly features: readonly Feature[]
  readonly lines: readonly string[]
}

/** A path as a data document in a folder writes it. */
const from = (folder: string, path: string): string => relative(folder, path).split(sep).join('/')

const isDocument = (path: string) => ['.json', '.jsonc'].includes(extname(path).toLowerCase())

/** How a file is written, where that is no matter of course. */
const formatLine = (file: string, { format, why, rows, columns }: InspectedFile): string => {
  const { delimiter, header, encoding } = format
  const said = [
    ...(delimiter === undefined ? [] : [`"${delimiter.replace('\t', '\\t')}" between cells`]),
    ...(encoding === undefined ? [] : [`in ${encoding}`]),
    ...(header === false ? [`no header (${why})`] : []),
  ]
  return `${basename(file)}: ${formatCount(columns.length)} columns${said.length > 0 ? `, ${said.join(', ')}` : ''}${rows === 0 ? ', no rows' : ''}`
}

/** Names of all columns of a file without a header: those of the roles, the others by their places. */
const columnNames = (columns: readonly InspectedColumn[], roles: readonly GuessedRole[]): readonly string[] =>
  columns.map((column) => roles.find((one) => one.column === column)?.role ?? column.name)

/** The column of ids of a table: that of the events' name, `id`, else the first one. */
const idOf = (columns: readonly InspectedColumn[], side: 'user' | 'item', event: string) => {
  const found =
    columns.find(({ name }) => name === event) ??
    columns.find(({ name }) => ['id', side, `${side}_id`, `${side}id`].includes(name.toLowerCase()))
  return found ? { column: found, why: 'by its name' } : { column: columns[0]!, why: 'the first column' }
}

/**
 * Looks at files of one's own. Throws a `Failure` where users or items are not found, a `DataError` where they cannot
 * be read.
 */
export const inspectOwnData = async (files: OwnFiles, folder: string, given: GivenRoles): Promise<OwnData> => {
  const lines: string[] = []
  let document: DataDocument | undefined
  let rating: InspectedColumn | undefined
  let ratingName: string | undefined
  if (isDocument(files.data)) {
    const stray = Object.keys(given)[0]
    if (stray !== undefined)
      throw failure('document', `--${stray}-column with a data document`, `change it in ${basename(files.data)}`)
    lines.push(`${basename(files.data)}: a data document, used as it is`)
  } else {
    const events = await inspectFile(files.data, 'events')
    const roles = guessRoles(events.columns, events.named, given)
    lines.push(formatLine(files.data, events))
    for (const { role, column, why } of roles)
      lines.push(`  ${column.name} is the ${role}: ${why}; ${contentOf(column)}; another: --${role}-column <name>`)
    const names = events.named ? events.columns.map(({ name }) => name) : columnNames(events.columns, roles)
    const nameOf = (role: string) => {
      const found = roles.find((one) => one.role === role)
      return found && names[events.columns.indexOf(found.column)]!
    }
    rating = roles.find(({ role }) => role === 'rating')?.column
    ratingName = nameOf('rating')
    const others = events.columns.filter((column) => !roles.some((one) => one.column === column))
    for (const column of others)
      lines.push(`  ${column.name} is read, and no input of the first model: ${contentOf(column)}`)
    const time = nameOf('time')
    document = {
      events: {
        file: from(folder, files.data),
        ...events.format,
        ...(events.named ? {} : { columns: [...names] }),
        user: nameOf('user')!,
        item: nameOf('item')!,
        ...(time === undefined ? {} : { time }),
      },
    }
    for (const purpose of ['users', 'items'] as const) {
      const path = files[purpose]
      if (path === undefined) continue
      const side = purpose === 'users' ? 'user' : 'item'
      const table = await inspectFile(path, purpose)
      const { column, why } = idOf(table.columns, side, nameOf(side)!)
      lines.push(formatLine(path, table))
      lines.push(`  ${column.name} is the id of ${purpose}: ${why}; another: "id" of "${purpose}" in data.json`)
      document = {
        ...document,
        [purpose]: {
          file: from(folder, path),
          ...table.format,
          ...(table.named ? {} : { columns: table.columns.map(({ name }) => name) }),
          id: column.name,
        },
      }
    }
  }
  const { dataset, rejected } = await readDataset(
    document ? `${folder}${sep}data.json` : files.data,
    document ? { document } : {},
  )
  if (rejected > 0) lines.push(`  ${formatCount(rejected)} rows are rejected; recspec check says why`)
  const features: Feature[] = []
  for (const [entity, entities] of [
    ['user', dataset.users],
    ['item', dataset.items],
  ] as const) {
    const found = featuresOf(entities, entity)
    features.push(...found.features)
    for (const { column, why } of found.features) lines.push(`  ${column} of ${entity}s is an input: ${why}`)
    for (const { column, why } of found.leftOut) lines.push(`  ${column} of ${entity}s is left out: ${why}`)
  }
  const target = targetOf(document ? rating : ratingIn(dataset), ratingName, features.length > 0, lines)
  return { ...(document ? { document } : {}), dataset, ...(target ? { target } : {}), features, lines }
}

/** What the model is fitted to, and a line that says so; `name` is the column in the data document. */
const targetOf = (
  rating: InspectedColumn | undefined,
  name: string | undefined,
  features: boolean,
  lines: string[],
): OwnData['target'] => {
  if (!rating) {
    lines.push('  no ratings: the model learns what was met; a column of ratings or counts: --rating-column <name>')
    return undefined
  }
  if (rating.distinct < 2) {
    lines.push(`  ${rating.name} is the same in all rows: the model learns what was met`)
    return undefined
  }
  const column = name ?? rating.name
  if (!isCount(rating)) {
    lines.push(`  ${rating.name} is a rating: the model predicts it`)
    return { column, is: 'ratings' }
  }
  const weighted = features ? 'how often is not read' : 'more events weigh more'
  lines.push(`  ${rating.name} counts events: the model learns what was met, ${weighted}`)
  return { column, is: 'counts' }
}

/** The column of events of a data document that is called as ratings or counts are. */
const ratingIn = ({ events }: Dataset): InspectedColumn | undefined =>
  [...events.columns]
    .flatMap(([name, column]): InspectedColumn[] => {
      if (column.kind !== 'number') return []
      const { present, distinct, whole, range } = contentIn(column)
      return [{ name, cells: present, distinct, kind: 'number', whole, ...(range ? { range } : {}) }]
    })
    .find(isRatingName)
