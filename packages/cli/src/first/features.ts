import type { Entities } from '@recspec/core'
import { formatCount } from '../output/table.js'
import { contentIn } from './content.js'

/** A column of a table of users or items as an input of a first model. */
export interface Feature {
  readonly column: string
  readonly entity: 'user' | 'item'
  readonly input: Readonly<Record<string, unknown>> & { readonly type: 'category' | 'categories' | 'bucket' }
  /** Different values, or words of its lists. */
  readonly values: number
  readonly why: string
}

/** A column that is no input, and why. */
export interface LeftOut {
  readonly column: string
  readonly entity: 'user' | 'item'
  readonly why: string
}

/** Least share of rows that have a value. */
const PRESENT = 0.1

/** Numbers of more values than this are read by intervals. */
const FEW = 20

/** Separators of lists in a cell. */
const SEPARATORS = ['|', ';', ',']

/** The words of a column of lists, where there are fewer of them than of lists, and how they are separated. */
const listOf = (values: readonly string[]): { readonly separator: string; readonly words: number } | undefined => {
  for (const separator of SEPARATORS) {
    const several = values.filter((value) => value.includes(separator))
    if (several.length < 0.1 * values.length) continue
    const words = new Set(values.flatMap((value) => value.split(separator).map((word) => word.trim())))
    if (words.size <= 0.5 * values.length || words.size <= FEW) return { separator, words: words.size }
  }
  return undefined
}

/** What a first model reads of a table: categories, lists of them and numbers; the other columns with the reason. */
export const featuresOf = (
  { ids, columns }: Entities,
  entity: 'user' | 'item',
): { readonly features: readonly Feature[]; readonly leftOut: readonly LeftOut[] } => {
  const features: Feature[] = []
  const leftOut: LeftOut[] = []
  for (const [name, column] of columns) {
    const { present, distinct, whole } = contentIn(column)
    const use = (input: Feature['input'], values: number, why: string) =>
      features.push({ column: name, entity, input, values, why })
    const omit = (why: string) => leftOut.push({ column: name, entity, why })
    if (present < PRESENT * ids.count)
      omit(`${formatCount(present)} of ${formatCount(ids.count)} ${entity}s have a value`)
    else if (distinct < 2) omit('it is the same for all')
    else if (column.kind === 'number' && !(whole && distinct <= FEW)) {
      if (whole && distinct >= 0.95 * present && distinct > FEW) omit(unique(distinct, present))
      else use({ type: 'bucket', count: 10 }, 11, `${formatCount(distinct)} different numbers, by intervals`)
    } else {
      const list = column.kind === 'text' ? listOf(column.values) : undefined
      if (list)
        use(
          { type: 'categories', separator: list.separator },
          list.words,
          `lists of ${formatCount(list.words)} values, "${list.separator}" between them`,
        )
      else if (distinct > FEW && distinct > 0.5 * present) omit(unique(distinct, present))
      else use({ type: 'category' }, distinct, `${formatCount(distinct)} different values`)
    }
  }
  return { features, leftOut }
}

const unique = (distinct: number, present: number): string =>
  `${formatCount(distinct)} different values in ${formatCount(present)} rows, hardly one comes back`
