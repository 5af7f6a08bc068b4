import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cell } from '@recspec/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readDataset } from '../read.js'
import { sampleRatings } from './ratings.js'
import { sampleReviews } from './reviews.js'
import { sampleSongs } from './songs.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recspec-sample-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const digest = async (path: string) => {
  const hash = createHash('sha256')
  for (const name of (await readdir(path)).sort()) hash.update(name).update(await readFile(join(path, name)))
  return hash.digest('hex')
}

test('songs: the bytes depend on the seed, and every file reads without a reject', async () => {
  const at = (name: string) => join(folder, name)
  const { document, events } = sampleSongs({ seed: 1 }, at('a'))
  sampleSongs({ seed: 1 }, at('b'))
  sampleSongs({ seed: 2 }, at('c'))
  expect(await digest(at('a'))).toBe(await digest(at('b')))
  expect(await digest(at('a'))).not.toBe(await digest(at('c')))
  const { dataset, rejected } = await readDataset(document)
  expect([dataset.events.count, rejected]).toEqual([events, 0])
  expect([dataset.users.ids.count, dataset.items.ids.count]).toEqual([60, 2000])
  expect([dataset.users.nameColumn, dataset.items.nameColumn]).toEqual(['name', 'title'])
  expect(dataset.events.columns.get('plays')?.kind).toBe('number')
  const pairs = new Set(Array.from(dataset.events.user, (user, event) => user * 2000 + dataset.events.item[event]!))
  expect(pairs.size).toBe(events)
})

test('songs: regions of one neighbourhood play the same songs more often than others do', async () => {
  const { document } = sampleSongs({ seed: 3 }, join(folder, 'near'))
  const { users, events } = (await readDataset(document)).dataset
  const played = Array.from({ length: users.ids.count }, () => new Set<number>())
  events.user.forEach((user, event) => {
    played[user]!.add(events.item[event]!)
  })
  const where = users.columns.get('neighbourhood')!
  const sums = { near: [0, 0], far: [0, 0] }
  played.forEach((one, a) => {
    played.slice(a + 1).forEach((other, offset) => {
      const expected = (one.size * other.size) / 2000
      const shared = [...one].filter((song) => other.has(song)).length
      const sum = cell(where, a) === cell(where, a + 1 + offset) ? sums.near : sums.far
      sum[0]! += shared / expected
      sum[1]!++
    })
  })
  expect(sums.near[0]! / sums.near[1]!).toBeGreaterThan(1.15 * (sums.far[0]! / sums.far[1]!))
})

test('ratings: as many as asked for, no pair twice, the same bytes for the same seed', async () => {
  const size = { users: 50, items: 40, interactions: 900, seed: 5 }
  const { document } = sampleRatings(size, join(folder, 'r1'))
  sampleRatings(size, join(folder, 'r2'))
  expect(await digest(join(folder, 'r1'))).toBe(await digest(join(folder, 'r2')))
  const { dataset, rejected } = await readDataset(document)
  const { events, users, items } = dataset
  expect([events.count, users.ids.count, items.ids.count, rejected]).toEqual([900, 50, 40, 0])
  expect(new Set(Array.from(events.user, (user, event) => user * 40 + events.item[event]!)).size).toBe(900)
})

test('ratings: more than half of all pairs is refused', () => {
  expect(() => sampleRatings({ users: 2, items: 4, interactions: 5 }, folder)).toThrow('have room for 4')
})

test('reviews: events alone, with both labels', async () => {
  const { document } = sampleReviews({}, join(folder, 'reviews'))
  const { events, users } = (await readDataset(document)).dataset
  const label = events.columns.get('label')!
  expect([events.count, users.ids.count, label.kind === 'text' && label.values.toSorted()]).toEqual([
    4000,
    0,
    ['Negative', 'Positive'],
  ])
})
