import { FRAMES, OPENINGS, OPINIONS, THINGS } from './opinions.js'
import { choose, key, uniform } from './random.js'
import { csv, writeDocument, writeRows } from './write.js'

/**
 * Writes short texts labeled Positive or Negative, events without users and items, and a data document to a folder. The
 * bytes depend on the seed and the number of reviews only. Throws a system error where the folder cannot be written.
 */
export const sampleReviews = (
  { seed = 0, reviews = 4000 }: { readonly seed?: number; readonly reviews?: number },
  folder: string,
) => {
  writeRows(folder, 'reviews.csv', (row) => {
    row(csv('review', 'label'))
    for (let index = 0; index < reviews; index++) {
      const label = uniform(key(seed, 21, index), 0) < 0.5 ? 'Positive' : 'Negative'
      row(csv(review(label, key(seed, 22, index)), label))
    }
  })
  return { document: writeDocument(folder, { events: { file: 'reviews.csv' } }), events: reviews }
}

/** A text of one or two sentences with opinions of one label, drawn by a key. */
const review = (label: keyof typeof OPINIONS, of: number): string => {
  let draws = 0
  const draw = <T>(list: readonly T[]): T => choose(list, uniform(of, draws++))
  const kinds = Object.keys(FRAMES) as (keyof typeof FRAMES)[]
  const sentence = () => {
    const frames = draw(kinds.map((kind) => FRAMES[kind]))
    return draw(frames).replace(/\{(\w+)\}/g, (_, slot: string) =>
      slot === 'thing' ? draw(THINGS) : draw(OPINIONS[label][slot as keyof (typeof OPINIONS)['Positive']]),
    )
  }
  const opening = draw(OPENINGS)
  const first = opening === '' ? sentence() : `${opening}, ${sentence()}`
  return draw([false, true]) ? `${first}; ${sentence()}` : first
}
