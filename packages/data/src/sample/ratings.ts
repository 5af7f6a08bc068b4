import { allocate, choose, cumulativeSums, key, normal, normalVector, sampleIndex, uniform } from './random.js'
import { REGIONS } from './regions.js'
import { COMMON, STYLES } from './words.js'
import { csv, writeDocument, writeRows } from './write.js'

/** How large a sample is; a user rates an item at most once, and at most half of the items. */
export interface RatingsSize {
  readonly users: number
  readonly items: number
  readonly interactions: number
  readonly seed?: number
}

const RANK = 8
const [USER, ITEM, EVENT, TASTE, TOPIC] = [11, 12, 13, 14, 15]
const GENRES = Object.keys(STYLES)
const OCCUPATIONS = [
  'student',
  'teacher',
  'nurse',
  'engineer',
  'artist',
  'baker',
  'lawyer',
  'driver',
  'writer',
  'retired',
]
const TRIES = 40

/** Hidden vectors [count, 8]: the mean of the group (an item's genre, a user's occupation) and a part of its own. */
const hidden = (count: number, kind: number, group: (index: number) => number, seed: number): Float32Array => {
  const vectors = new Float32Array(count * RANK)
  for (let index = 0; index < count; index++) {
    const of = key(seed, kind, index)
    const base = normalVector(RANK, seed, TOPIC, group(index))
    for (let rank = 0; rank < RANK; rank++)
      vectors[index * RANK + rank] = 0.7 * base[rank]! + 0.7 * normal(of, 100 + rank)
  }
  return vectors
}

/**
 * Writes ratings from 1 to 5, `users.csv`, `items.csv` and a data document to a folder. Ratings follow hidden vectors
 * of rank 8, popularity is skewed, `time` is in seconds since 1970. Memory grows with users and items, not with
 * interactions. The bytes depend on the sizes and the seed only. Throws a `RangeError` where a size is not a whole
 * number above 0, or there are more interactions than half of all pairs, and a system error where the folder cannot be
 * written.
 */
export const sampleRatings = (
  size: RatingsSize,
  folder: string,
): { readonly document: string; readonly events: number } => {
  const { users, items, interactions, seed = 0 } = size
  for (const [name, value] of Object.entries({ users, items, interactions }))
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`invalid ${name} ${value}, expected a whole number above 0`)
  const most = Math.max(1, Math.floor(items / 2))
  if (interactions > users * most)
    throw new RangeError(
      `invalid interactions ${interactions}, ${users} users and ${items} items have room for ${users * most}`,
    )

  const genre = (item: number) => Math.floor(uniform(key(seed, ITEM, item), 0) * GENRES.length)
  const second = (item: number) => Math.floor(uniform(key(seed, ITEM, item), 1) * GENRES.length)
  const occupation = (user: number) => Math.floor(uniform(key(seed, USER, user), 0) * OCCUPATIONS.length)
  writeRows(folder, 'users.csv', (row) => {
    row(csv('id', 'age', 'gender', 'occupation', 'country'))
    for (let user = 0; user < users; user++) {
      const of = key(seed, USER, user)
      const age = Math.round(Math.min(90, 16 + 14 * Math.abs(normal(of, 40)) + 2 * occupation(user)))
      row(
        csv(
          user + 1,
          age,
          uniform(of, 1) < 0.5 ? 'F' : 'M',
          OCCUPATIONS[occupation(user)]!,
          choose(REGIONS, uniform(of, 2))[1],
        ),
      )
    }
  })
  writeRows(folder, 'items.csv', (row) => {
    row(csv('id', 'title', 'genres', 'length', 'year', 'topic'))
    for (let item = 0; item < items; item++) {
      const of = key(seed, ITEM, item)
      const name = GENRES[genre(item)]!
      const title = `${choose(STYLES[name]!.title, uniform(of, 3))} ${choose(COMMON, uniform(of, 4))} ${item + 1}`
      const genres = [...new Set([genre(item), second(item)])].map((index) => GENRES[index]).join('|')
      const topic = choose(STYLES[name]!.artist, uniform(of, 5)).toLowerCase()
      row(
        csv(
          item + 1,
          title,
          genres,
          Math.round(90 + 25 * normal(of, 41)),
          2024 - Math.floor(60 * uniform(of, 6) ** 2),
          topic,
        ),
      )
    }
  })

  const tastes = hidden(users, TASTE, (user) => 100 + occupation(user), seed)
  const traits = hidden(items, ITEM, genre, seed)
  const popularity = cumulativeSums(
    Float64Array.from({ length: items }, (_, item) => Math.exp(normal(key(seed, ITEM, item), 60))),
  )
  const quality = Float32Array.from({ length: items }, (_, item) => 0.35 * normal(key(seed, ITEM, item), 61))
  const counts = allocate(
    Float64Array.from({ length: users }, (_, user) => Math.exp(0.9 * normal(key(seed, USER, user), 62))),
    interactions,
    most,
  )
  const affinity = (user: number, item: number): number => {
    let sum = 0
    for (let rank = 0; rank < RANK; rank++) sum += tastes[user * RANK + rank]! * traits[item * RANK + rank]!
    return sum / Math.sqrt(RANK)
  }
  writeRows(folder, 'ratings.csv', (row) => {
    row('user,item,rating,time\n')
    for (let user = 0; user < users; user++) {
      const of = key(seed, EVENT, user)
      const mood = 0.3 * normal(of, 0)
      const seen = new Set<number>()
      let draw = 10
      let time = 1_500_000_000 + Math.floor(1e8 * uniform(of, 9))
      for (let event = 0; event < counts[user]!; event++) {
        // drawn by popularity, accepted by taste; after 40 draws, the next item that the user has not rated
        let item = sampleIndex(popularity, uniform(of, draw++))
        for (let tries = 0; tries < TRIES; tries++) {
          if (!seen.has(item) && uniform(of, draw++) < 1 / (1 + Math.exp(2 - 3 * affinity(user, item)))) break
          item = sampleIndex(popularity, uniform(of, draw++))
        }
        while (seen.has(item)) item = (item + 1) % items
        seen.add(item)
        const score =
          3.3 +
          mood +
          quality[item]! +
          0.8 * affinity(user, item) +
          0.5 * (uniform(of, draw++) + uniform(of, draw++) - 1)
        time += 1 + Math.floor(86_400 * uniform(of, draw++))
        row(`${user + 1},${item + 1},${Math.max(1, Math.min(5, Math.round(score)))},${time}\n`)
      }
    }
  })
  const document = writeDocument(folder, {
    events: { file: 'ratings.csv' },
    users: { file: 'users.csv' },
    items: { file: 'items.csv' },
  })
  return { document, events: interactions }
}
