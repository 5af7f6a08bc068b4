import { expect, test } from 'vitest'
import { dot, key, normalVector, uniform } from './random.js'
import { BANDS, FRAMES, MELODIES, spectrogram } from './spectrogram.js'

const STYLES = 8
const songs = Array.from({ length: 1600 }, (_, index) => {
  const hidden = normalVector(4, 7, index)
  const style = Math.floor(STYLES * uniform(key(8, index), 0))
  return { style, hidden, values: spectrogram({ style, second: style, hidden }, 9, index) }
})
const [training, rest] = [songs.slice(0, 1200), songs.slice(1200)]

/** How often the nearest mean of a style's features is that of the style. */
const accuracy = (features: (values: Float32Array) => readonly number[]): number => {
  const means = Array.from({ length: STYLES }, (_, style) => {
    const own = training.filter((song) => song.style === style).map(({ values }) => features(values))
    return own[0]!.map((_, at) => own.reduce((sum, one) => sum + one[at]!, 0) / own.length)
  })
  const guess = (values: Float32Array) => {
    const found = features(values)
    const far = means.map((mean) => mean.reduce((sum, value, at) => sum + (value - found[at]!) ** 2, 0))
    return far.indexOf(Math.min(...far))
  }
  return rest.filter(({ style, values }) => guess(values) === style).length / rest.length
}
const at = (values: Float32Array, frame: number, band: number) => values[frame * BANDS + band]!
const frames = Array.from({ length: FRAMES }, (_, frame) => frame)
const bands = Array.from({ length: BANDS }, (_, band) => band)
const sum = (list: readonly number[]) => list.reduce((total, value) => total + value, 0)

test('neither single cells nor the sums of bands and frames tell a style', () => {
  expect(accuracy((values) => [...values])).toBeLessThan(0.35)
  expect(accuracy((values) => bands.map((band) => sum(frames.map((frame) => at(values, frame, band)))))).toBeLessThan(
    0.2,
  )
  expect(accuracy((values) => frames.map((frame) => sum(bands.map((band) => at(values, frame, band)))))).toBeLessThan(
    0.2,
  )
})

test('what follows what does: a filter a style, moved over the frames, finds it', () => {
  const loudest = (values: Float32Array, style: number) => {
    const melody = MELODIES[style]!
    const score = (start: number) => sum([...melody].map((band, step) => at(values, start + step, Number(band))))
    return Math.max(...frames.slice(0, FRAMES - 5).map(score))
  }
  const guess = (values: Float32Array) => {
    const found = Array.from({ length: STYLES }, (_, style) => loudest(values, style))
    return found.indexOf(Math.max(...found))
  }
  expect(rest.filter(({ style, values }) => guess(values) === style).length / rest.length).toBeGreaterThan(0.8)
})

test('the sign of a taste is the order of two notes, not their loudness', () => {
  const [low, high] = [4, 5]
  const follows = (values: Float32Array, first: number, then: number) =>
    sum(frames.slice(1).map((frame) => Math.min(at(values, frame - 1, first), at(values, frame, then)) ** 2))
  const correlation = (feature: (values: Float32Array) => number) => {
    const pairs = songs.map(({ hidden, values }) => [Math.sign(hidden[0]!), feature(values)] as const)
    const center = (index: 0 | 1) => {
      const mean = sum(pairs.map((pair) => pair[index])) / pairs.length
      return pairs.map((pair) => pair[index] - mean)
    }
    const [a, b] = [center(0), center(1)]
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
  }
  expect(correlation((values) => follows(values, low, high) - follows(values, high, low))).toBeGreaterThan(0.5)
  for (const band of [low, high])
    expect(Math.abs(correlation((values) => sum(frames.map((frame) => at(values, frame, band)))))).toBeLessThan(0.1)
})
