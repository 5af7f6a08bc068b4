import { choose, key, permutation, uniform } from './random.js'
import { csv, writeDocument, writeRows } from './write.js'

/** Five pairs of words; for each pair there are two topics, one for each order of the two words. */
const PAIRS = [
  ['river', 'bridge'],
  ['winter', 'harvest'],
  ['lawyer', 'witness'],
  ['engine', 'brake'],
  ['violin', 'drum'],
] as const

/** Words that say nothing of the topic. */
const FILLERS =
  'the a then and near with some old new small bright quiet later today again over under while one two they saw found left'.split(
    ' ',
  )

const [TRAINING, HELD_OUT, LENGTH] = [4000, 1000, 18]
const TEXT = 22

/** One text of a topic: the two words of its pair in the topic's order, among fillers. */
const textOf = (topic: number, ...parts: readonly number[]): string => {
  const of = key(...parts)
  const [first, second] = PAIRS[topic >> 1]!
  const words = Array.from({ length: LENGTH }, (_, place) => choose(FILLERS, uniform(of, 100 + place)))
  const places = permutation(LENGTH, key(...parts, 1))
    .slice(0, 2)
    .sort()
  words[places[0]!] = topic % 2 === 0 ? first : second
  words[places[1]!] = topic % 2 === 0 ? second : first
  return words.join(' ')
}

/**
 * Writes 4,000 short texts of ten topics to learn from and 1,000 to measure on (`topics.csv`, `test.csv`), events without
 * users and items, and a data document to a folder. Two topics have the same words: which of the two came first is all
 * that tells one from the other, so that counts of words are right for at most half of the texts. The bytes depend on
 * the seed only. Throws a system error where the folder cannot be written.
 */
export const sampleTopics = ({ seed = 0 }: { readonly seed?: number }, folder: string) => {
  const write = (name: string, from: number, count: number) =>
    writeRows(folder, name, (row) => {
      row(csv('text', 'topic'))
      for (let index = from; index < from + count; index++) {
        const topic = Math.floor(2 * PAIRS.length * uniform(key(seed, TEXT, index), 0))
        const [first, second] = PAIRS[topic >> 1]!
        const name = topic % 2 === 0 ? `${first}-${second}` : `${second}-${first}`
        row(csv(textOf(topic, seed, TEXT, index), name))
      }
    })
  write('topics.csv', 0, TRAINING)
  write('test.csv', TRAINING, HELD_OUT)
  const document = writeDocument(folder, { events: { file: 'topics.csv' }, test: { file: 'test.csv' } })
  return { document, events: TRAINING }
}
