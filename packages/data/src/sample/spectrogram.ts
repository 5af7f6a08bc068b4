import { key, normal, permutation, uniform } from './random.js'

/** The shape of a spectrogram-like array: frames in time, and in each its bands. */
export const [FRAMES, BANDS] = [24, 8]

/**
 * Each style's melody: its band, 0 to 3, in six frames. All have the same notes, so that only their order tells a
 * style, and at no shift do two of them share more than three notes.
 */
export const MELODIES = ['301032', '030132', '032013', '023130', '031203', '031320', '013023', '012303']

/** For each hidden taste two bands that follow each other, up where the taste is positive, else down. */
const ORNAMENTS = [
  [4, 5],
  [6, 7],
  [4, 6],
  [5, 7],
] as const

const [MELODY, NOISE, STRAY_NOTES] = [6, 0.2, 4]

/** What a song's spectrogram is to show. */
export interface Sound {
  readonly style: number
  readonly second: number
  readonly hidden: ArrayLike<number>
}

/**
 * The [24, 8] numbers of a song, row-major. Neither the mean of a band nor that of a frame tells a style or the sign of
 * a taste: both are in what follows what, at places that change from song to song.
 */
export const spectrogram = ({ style, second, hidden }: Sound, ...parts: readonly number[]): Float32Array => {
  const of = key(...parts)
  const values = Float32Array.from({ length: FRAMES * BANDS }, (_, at) => NOISE * Math.abs(normal(of, at)))
  let draw = 1000
  const below = (count: number) => Math.floor(count * uniform(of, draw++))
  const play = (frame: number, band: number, loudness: number) => {
    values[frame * BANDS + band]! += loudness
  }
  const order = uniform(of, draw++) < 0.5 ? [style, second] : [second, style]
  let start = 0
  for (const [place, melody] of order.entries()) {
    start += below(FRAMES - start - MELODY * (order.length - place) + 1)
    for (const [frame, band] of [...MELODIES[melody]!].entries())
      play(start + frame, Number(band), 0.8 + 0.4 * uniform(of, draw++))
    start += MELODY
  }
  for (let note = 0; note < STRAY_NOTES; note++) play(below(FRAMES), below(4), 0.8 + 0.4 * uniform(of, draw++))
  // every ornament three times, in slots of two frames
  permutation(FRAMES / 2, key(...parts, 1)).forEach((slot, place) => {
    const taste = place % ORNAMENTS.length
    const [low, high] = ORNAMENTS[taste]!
    const strength = hidden[taste]!
    const [first, then] = strength > 0 ? [low, high] : [high, low]
    const loudness = 0.3 + 0.6 * Math.min(2, Math.abs(strength))
    play(2 * slot, first, loudness)
    play(2 * slot + 1, then, loudness)
  })
  return values
}

/** The numbers of an array as a cell has them. */
export const printArray = (values: Float32Array): string =>
  Array.from(values, (value) => String(Math.round(100 * value) / 100)).join(' ')
