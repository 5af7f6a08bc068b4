import { dot, key, normal, normalVector, uniform } from './random.js'
import { csv, writeDocument, writeRows } from './write.js'

const [USERS, ITEMS, RANK] = [100, 120, 3]
/** Share of the cells that are missing, and the pairs of them that `missing.csv` has. */
const [MISSING, LISTED] = [0.1, 10]
const [USER, ITEM, CELL] = [61, 62, 63]

/** Stars from 1 to 5: a sigmoid of a product of hidden vectors and a little noise, rounded. */
const starsOf = (user: number, item: number, seed: number): number => {
  const score = 0.6 * dot(normalVector(RANK, seed, USER, user), normalVector(RANK, seed, ITEM, item))
  const noise = 0.1 * normal(key(seed, CELL, user, item), 1)
  return Math.round(1 + 4 / (1 + Math.exp(-(score + noise))))
}

/**
 * Writes almost every rating of 100 users for 120 items, `missing.csv` with ten of the missing pairs, and a data
 * document to a folder. Stars are a rounded sigmoid of a product of hidden vectors. The bytes depend on the seed only.
 * Throws a system error where the folder cannot be written.
 */
export const sampleStars = (
  { seed = 0 }: { readonly seed?: number },
  folder: string,
): { readonly document: string; readonly events: number } => {
  const cells = Array.from({ length: USERS * ITEMS }, (_, cell) => ({
    user: Math.floor(cell / ITEMS),
    item: cell % ITEMS,
    missing: uniform(key(seed, CELL, Math.floor(cell / ITEMS), cell % ITEMS), 0) < MISSING,
  }))
  const present = cells.filter(({ missing }) => !missing)
  writeRows(folder, 'ratings.csv', (row) => {
    row(csv('user', 'item', 'rating'))
    for (const { user, item } of present) row(csv(user + 1, item + 1, starsOf(user, item, seed)))
  })
  writeRows(folder, 'missing.csv', (row) => {
    row(csv('user', 'item'))
    for (const { user, item } of cells.filter(({ missing }) => missing).slice(0, LISTED)) row(csv(user + 1, item + 1))
  })
  return { document: writeDocument(folder, { events: { file: 'ratings.csv' } }), events: present.length }
}
