import { FACTS, FRAMES, OPENINGS, OPINIONS, THINGS } from './opinions.js'
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

/** A text of one or two sentences with opinions of one label, and in half of the texts a fact; drawn by a key. */
const review = (label: keyof typeof OPINIONS, of: number): string => {
  let draws = 0
  const draw = <T>(list: readonly T[]): T => choose(list, uniform(of, draws++))
  const filled = (frame: string) =>
    frame.replace(/\{(\w+)\}/g, (_, slot: string) =>
      slot === 'thing' ? draw(THINGS) : draw(OPINIONS[label][slot as keyof (typeof OPINIONS)['Positive']]),
    )
  const opinion = () => filled(draw<string>(draw<readonly string[]>(Object.values(FRAMES))))
  const opening = draw(OPENINGS)
  const sentences = [opening === '' ? opinion() : `${opening}, ${opinion()}`]
  if (draw([false, true])) sentences.push(opinion())
  const place = draw([0, sentences.length, undefined, undefined])
  if (place !== undefined) sentences.splice(place, 0, filled(draw(FACTS)))
  return sentences.join('; ')
}
