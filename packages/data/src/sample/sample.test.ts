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
import { sampleStars } from './stars.js'
import { sampleTopics } from './topics.js'

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

test('songs: the plays are those that golden files were made with, and the array of a song is one cell', async () => {
  const { document } = sampleSongs({}, join(folder, 'pinned'))
  const hash = createHash('sha256').update(await readFile(join(folder, 'pinned', 'plays.csv')))
  expect(hash.digest('hex')).toBe('82bc8b280c4b2aba5dc2ae03124d1637be37426042162098afa6d1a52a217787')
  const { items } = (await readDataset(document)).dataset
  const array = String(cell(items.columns.get('spectrogram')!, 0))
    .split(' ')
    .map(Number)
  expect([array.length, array.every(Number.isFinite)]).toEqual([24 * 8, true])
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

test('topics: words tell the pair of topics, only their order which of the two', async () => {
  const { document } = sampleTopics({}, join(folder, 'topics'))
  const { events, test } = (await readDataset(document)).dataset
  expect([events.count, test!.count]).toEqual([4000, 1000])
  const rows = ({ columns, count }: typeof events) =>
    Array.from({ length: count }, (_, row) => [
      String(cell(columns.get('text')!, row)),
      String(cell(columns.get('topic')!, row)),
    ])
  const topics = new Set(rows(events).map(([, topic]) => topic))
  expect(topics.size).toBe(10)
  // naive Bayes on counts of words: what a bag of words can know
  const counts = new Map([...topics].map((topic) => [topic, new Map<string, number>()]))
  for (const [text, topic] of rows(events))
    for (const word of text!.split(' ')) counts.get(topic)!.set(word, (counts.get(topic)!.get(word) ?? 0) + 1)
  const logOf = (topic: string, text: string) =>
    text.split(' ').reduce((sum, word) => sum + Math.log((counts.get(topic)!.get(word) ?? 0) + 0.1), 0)
  const right = rows(test!).filter(([text, topic]) => {
    const best = [...topics].reduce((a, b) => (logOf(b!, text!) > logOf(a!, text!) ? b : a))
    return best === topic
  })
  expect(right.length).toBeGreaterThan(400)
  expect(right.length).toBeLessThan(600)
  for (const [text, topic] of rows(test!)) {
    const [first, second] = topic!.split('-')
    expect(text!.indexOf(first!)).toBeLessThan(text!.indexOf(second!))
  }
})

test('stars: the bytes depend on the seed, almost every cell has a whole star, ten that have none are listed', async () => {
  const at = (name: string) => join(folder, name)
  const { document, events } = sampleStars({ seed: 1 }, at('stars-a'))
  sampleStars({ seed: 1 }, at('stars-b'))
  sampleStars({ seed: 2 }, at('stars-c'))
  expect(await digest(at('stars-a'))).toBe(await digest(at('stars-b')))
  expect(await digest(at('stars-a'))).not.toBe(await digest(at('stars-c')))
  const { dataset, rejected } = await readDataset(document)
  expect([dataset.events.count, rejected]).toEqual([events, 0])
  expect(events / (100 * 120)).toBeCloseTo(0.9, 1)
  const rating = dataset.events.columns.get('rating')!
  expect(new Set(Array.from(dataset.events.user, (_, row) => cell(rating, row)))).toEqual(new Set([1, 2, 3, 4, 5]))
  const missing = (await readFile(join(at('stars-a'), 'missing.csv'), 'utf8')).trimEnd().split('\n').slice(1)
  const rated = new Set(
    (await readFile(join(at('stars-a'), 'ratings.csv'), 'utf8')).split('\n').map((line) => line.replace(/,[^,]*$/, '')),
  )
  expect([missing.length, missing.some((pair) => rated.has(pair))]).toEqual([10, false])
})
