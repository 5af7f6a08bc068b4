import { type Column, type Dataset, type Entities, idsOf } from '@recspec/core'

/** A column of texts. */
const textColumn = (cells: readonly (string | undefined)[]): Column => {
  const values = [...new Set(cells.filter((cell) => cell !== undefined))]
  return {
    kind: 'text',
    values,
    codes: Int32Array.from(cells, (cell) => (cell === undefined ? -1 : values.indexOf(cell))),
  }
}

const nobody: Entities = { ids: idsOf([]), columns: new Map() }

/** Events of a text and its label, without users and items. */
export const labeled = (rows: readonly (readonly [text: string | undefined, label: string])[]): Dataset => ({
  users: nobody,
  items: nobody,
  events: {
    count: rows.length,
    user: new Int32Array(rows.length).fill(-1),
    item: new Int32Array(rows.length).fill(-1),
    columns: new Map([
      ['review', textColumn(rows.map(([text]) => text))],
      ['label', textColumn(rows.map(([, label]) => label))],
    ]),
  },
  notes: [],
})

/** Users who each met some of the items, which have titles. */
export const titled = (titles: readonly string[], met: readonly (readonly number[])[]): Dataset => {
  const pairs = met.flatMap((items, user) => items.map((item) => [user, item] as const))
  const named = (letter: string, count: number) => idsOf(Array.from({ length: count }, (_, k) => `${letter}${k}`))
  return {
    users: { ids: named('u', met.length), columns: new Map() },
    items: { ids: named('i', titles.length), columns: new Map([['title', textColumn(titles)]]) },
    events: {
      count: pairs.length,
      user: Int32Array.from(pairs, ([user]) => user),
      item: Int32Array.from(pairs, ([, item]) => item),
      columns: new Map(),
    },
    notes: [],
  }
}
