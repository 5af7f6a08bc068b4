import { choose, key, uniform } from './random.js'
import { csv, writeDocument, writeRows } from './write.js'

const OPINIONS = {
  Positive: ['wonderful', 'great', 'loved', 'brilliant', 'charming', 'moving', 'superb', 'delightful'],
  Negative: ['terrible', 'boring', 'hated', 'dull', 'awful', 'weak', 'tedious', 'disappointing'],
}
const THINGS = ['film', 'story', 'cast', 'ending', 'music', 'script', 'acting', 'picture']
const FRAMES = [
  'the {thing} was {opinion}',
  'what a {opinion} {thing}',
  '{opinion} {thing} and a {other} ending',
  'I found the {thing} {opinion}, even {other}',
]

/**
 * Writes short texts labeled Positive or Negative, events without users and items, and a data document to a folder. The
 * bytes depend on the seed and the number of reviews only. Throws a system error where the folder cannot be written.
 */
export const sampleReviews = (
  { seed = 0, reviews = 400 }: { readonly seed?: number; readonly reviews?: number },
  folder: string,
) => {
  writeRows(folder, 'reviews.csv', (row) => {
    row(csv('review', 'label'))
    for (let index = 0; index < reviews; index++) {
      const of = key(seed, 21, index)
      const label = uniform(of, 0) < 0.5 ? 'Positive' : 'Negative'
      const text = choose(FRAMES, uniform(of, 1))
        .replace('{thing}', choose(THINGS, uniform(of, 2)))
        .replace('{opinion}', choose(OPINIONS[label], uniform(of, 3)))
        .replace('{other}', choose(OPINIONS[label], uniform(of, 4)))
      row(csv(text, label))
    }
  })
  return { document: writeDocument(folder, { events: { file: 'reviews.csv' } }), events: reviews }
}
