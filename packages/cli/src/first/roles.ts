import type { InspectedColumn } from '@recspec/data'
import { failure } from '../exit.js'
import { formatCount } from '../output/table.js'

/** What a column of events may be to a first model. */
export type Role = 'user' | 'item' | 'rating' | 'time'

/** A column with a role, and why it has it. */
export interface GuessedRole {
  readonly role: Role
  readonly column: InspectedColumn
  readonly why: string
}

/** Columns that the user names, by name or by position from 1. */
export type GivenRoles = Partial<Readonly<Record<Role, string>>>

/** Names of columns by what they mean, without what keys are called (`user_id`, `movieId`). */
const WORDS: Readonly<Record<Role, ReadonlySet<string>>> = {
  user: new Set(
    (
      'user uid customer client member visitor session reader listener viewer buyer account person player ' +
      'subscriber reviewer profile'
    ).split(' '),
  ),
  item: new Set(
    (
      'item iid movie film song track book isbn product article asin business game anime video show recipe news ' +
      'page place poi location venue artist album sku listing hotel restaurant course app'
    ).split(' '),
  ),
  rating: new Set(
    (
      'rating rate score star stars overall grade mark vote preference play plays playcount count counts click ' +
      'clicks view views listen listens stream streams quantity purchases frequency weight'
    ).split(' '),
  ),
  time: new Set(
    'time timestamp ts date datetime unixtime unixtimestamp reviewtime eventtime created createdat when'.split(' '),
  ),
}

/** Words of ratings that are numbers of events, not opinions. */
const COUNTS = /plays?|counts?|clicks?|views?|listens?|streams?|quantity|purchases|frequency|weight/

/** `userId`, `user_id` and `USER-ID` are `user`. */
const wordOf = (name: string): string =>
  name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()
    .replace(/ (id|key|no|number|index|code|hash)$/, '')
    .replaceAll(' ', '')
    .replace(/(?<=^(user|item|movie|film|song|track|book|product|article|business|game|artist))id$/, '')

/** Whether numbers of a column count events, as plays do. */
export const isCount = ({ name, whole, range }: InspectedColumn): boolean =>
  COUNTS.test(wordOf(name)) || (whole && range !== undefined && range[0] >= 0 && range[1] > 100)

/** Whether a column is called as ratings or counts are. */
export const isRatingName = ({ name }: InspectedColumn): boolean => WORDS.rating.has(wordOf(name))

const flag = (role: Role) => `--${role}-column`

/** Numbers that are seconds or milliseconds since 1970, from 1980 on. */
const isEpoch = ({ kind, whole, range }: InspectedColumn): boolean => {
  if (kind !== 'number' || !whole || !range) return false
  const [least, greatest] = range
  return (least >= 3e8 && greatest < 5e9) || (least >= 3e11 && greatest < 5e12)
}

const isTime = (column: InspectedColumn): boolean => column.kind === 'time' || isEpoch(column)

/** Few numbers on a small scale. */
const isScale = ({ kind, distinct, range }: InspectedColumn): boolean =>
  kind === 'number' && distinct >= 2 && distinct <= 21 && range !== undefined && range[0] >= -10 && range[1] <= 100

/** Values that come back in other rows, as ids of users and items do. */
const isRepeated = ({ kind, cells, distinct }: InspectedColumn): boolean =>
  kind !== 'time' && distinct >= 2 && distinct < cells

const givenColumn = (columns: readonly InspectedColumn[], role: Role, given: string): InspectedColumn => {
  const found =
    columns.find(({ name }) => name === given) ?? (/^\d+$/.test(given) ? columns[Number(given) - 1] : undefined)
  if (found) return found
  throw failure('data', `missing column "${given}" of ${flag(role)}, found ${listed(columns)}`)
}

const listed = (columns: readonly InspectedColumn[]): string =>
  columns.length === 0 ? 'no columns' : columns.map(({ name }) => name).join(', ')

/**
 * Which columns of a file of events are users, items, ratings and times: those that are given, then by their names,
 * then by what they hold. Throws a `Failure` that names the columns where users or items are not found.
 */
export const guessRoles = (
  columns: readonly InspectedColumn[],
  named: boolean,
  given: GivenRoles,
): readonly GuessedRole[] => {
  const found = new Map<Role, GuessedRole>()
  const free = () => columns.filter((column) => ![...found.values()].some((one) => one.column === column))
  const set = (role: Role, column: InspectedColumn | undefined, why: string) => {
    if (column && !found.has(role)) found.set(role, { role, column, why })
  }
  for (const role of ['user', 'item', 'rating', 'time'] as const) {
    const wanted = given[role]
    if (wanted === undefined) continue
    const column = givenColumn(columns, role, wanted)
    const other = [...found.values()].find((one) => one.column === column)
    if (other) throw failure('data', `column "${column.name}" is given for ${flag(other.role)} and ${flag(role)}`)
    set(role, column, `given by ${flag(role)}`)
  }
  if (named)
    for (const role of ['user', 'item', 'rating', 'time'] as const)
      set(
        role,
        free().find(({ name, kind }) => WORDS[role].has(wordOf(name)) && (role !== 'rating' || kind === 'number')),
        'by its name',
      )
  set('time', only(free().filter(isTime)), 'the only column of times')
  if (!named) {
    // the first columns of such a file are its ids
    const [, , ...others] = free().filter((column) => !isTime(column))
    set('rating', others.find(isScale), 'the first column after two of ids that has few numbers')
    const ids = free().filter(isRepeated)
    const missing = (['user', 'item'] as const).filter((role) => !found.has(role))
    for (const [place, role] of missing.entries())
      set(role, ids[place], 'by its place: files without a header begin with user and item')
  }
  // one of two ids has a name that is known: the other one is the other
  for (const [role, other] of [
    ['user', 'item'],
    ['item', 'user'],
  ] as const)
    if (found.has(other)) set(role, only(free().filter(isRepeated)), `the only other column with values that come back`)
  const [user, item] = [found.get('user'), found.get('item')]
  if (!user || !item) {
    const what = !user && !item ? 'users and items' : user ? 'items' : 'users'
    const flags = [...(user ? [] : ['--user-column <name>']), ...(item ? [] : ['--item-column <name>'])].join(' ')
    throw failure('data', `no column of ${what} found among ${listed(columns)}`, `say which it is: ${flags}`)
  }
  const rating = found.get('rating')
  if (rating && rating.column.kind !== 'number')
    throw failure('data', `column "${rating.column.name}" of ${flag('rating')} has no numbers`)
  return (['user', 'item', 'rating', 'time'] as const).flatMap((role) => found.get(role) ?? [])
}

const only = <T>(list: readonly T[]): T | undefined => (list.length === 1 ? list[0] : undefined)

const date = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10)

/** What a column holds, in a few words. */
export const contentOf = (column: InspectedColumn): string => {
  const { distinct, kind, range } = column
  if (!range) return `${formatCount(distinct)} different values`
  const [least, greatest] = range
  if (kind === 'time') return `${date(least)} to ${date(greatest)}`
  if (isEpoch(column)) {
    const scale = greatest < 5e9 ? 1 : 1000
    return `${date(least / scale)} to ${date(greatest / scale)}`
  }
  return `${formatCount(distinct)} different numbers, ${least} to ${greatest}`
}
