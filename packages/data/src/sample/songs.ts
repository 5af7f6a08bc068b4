import { allocate, choose, dot, key, normal, normalVector, uniform } from './random.js'
import { REGIONS } from './regions.js'
import { printArray, spectrogram } from './spectrogram.js'
import { COMMON, STYLE_PREFERENCES, STYLES, SURNAMES } from './words.js'
import { csv, writeDocument, writeRows } from './write.js'

const SONGS = 2000
const ARTISTS = 320
const EVENTS = 40_000
const TASTES = 4 // hidden tastes, in addition to style and language
const NAMES = Object.keys(STYLES)
const LANGUAGES = [...new Set(REGIONS.map(([, , language]) => language))]
const WORLD = new Set(['English', 'Spanish'])

// every kind of draw has a key of its own
const [ARTIST, SONG, WHIM, TASTE, CHOICE, PLAYS, REGION_TASTE, SOUND] = [1, 2, 3, 4, 5, 6, 7, 8]

interface Song {
  readonly style: number
  readonly second: number
  readonly language: string
  readonly artist: string
  readonly title: string
  readonly popularity: number
  readonly hidden: Float64Array
}

/** Artists have a style and a language, and their songs mostly keep to both. */
const makeSongs = (seed: number): Song[] => {
  const artists = Array.from({ length: ARTISTS }, (_, index) => {
    const of = key(seed, ARTIST, index)
    const language = choose(LANGUAGES, uniform(of, 0) < 0.35 ? 0 : uniform(of, 1))
    const foreign = language === 'Spanish' || language === 'Portuguese' ? 0.6 : 0
    const style = uniform(of, 2) < foreign ? NAMES.indexOf('latin') : Math.floor(uniform(of, 3) * NAMES.length)
    const first = choose(STYLES[NAMES[style]!]!.artist, uniform(of, 4))
    return {
      style,
      language: uniform(of, 6) < 0.3 ? 'English' : language,
      name: `${first} ${SURNAMES[index % SURNAMES.length]} ${uniform(of, 5) < 0.3 ? 'Trio' : ''}`.trim(),
      fame: normal(of, 10),
      hidden: normalVector(TASTES, seed, WHIM, ARTISTS + index),
    }
  })
  // two artists of one name are told apart by a number
  const names = new Map<string, number>()
  const named = artists.map((artist) => {
    const times = (names.get(artist.name) ?? 0) + 1
    names.set(artist.name, times)
    return times === 1 ? artist : { ...artist, name: `${artist.name} ${times}` }
  })
  return Array.from({ length: SONGS }, (_, index) => {
    const of = key(seed, SONG, index)
    const artist = choose(named, uniform(of, 0))
    const style = uniform(of, 1) < 0.85 ? artist.style : Math.floor(uniform(of, 2) * NAMES.length)
    const words = STYLES[NAMES[style]!]!.title
    const own = normalVector(TASTES, seed, WHIM, 2 * ARTISTS + index)
    return {
      style,
      second: uniform(of, 3) < 0.4 ? Math.floor(uniform(of, 4) * NAMES.length) : style,
      language: artist.language,
      artist: artist.name,
      title: [
        choose(words, uniform(of, 5)),
        ...(uniform(of, 6) < 0.5 ? [choose(words, uniform(of, 7))] : []),
        choose(COMMON, uniform(of, 8)),
      ].join(' '),
      popularity: 0.35 * artist.fame + 0.4 * normal(of, 20),
      hidden: own.map((value, whim) => 0.6 * value + 0.8 * artist.hidden[whim]!),
    }
  })
}

const country = (seed: number, index: number) => {
  const [, name, language, neighbourhood] = REGIONS[index]!
  const whims = normalVector(NAMES.length, seed, TASTE, index)
  const hidden = normalVector(TASTES, seed, WHIM, index)
  const common = normalVector(TASTES, seed, REGION_TASTE, Object.keys(STYLE_PREFERENCES).indexOf(neighbourhood))
  const leaning = STYLE_PREFERENCES[neighbourhood]!
  const styles = NAMES.map((style, order) => (leaning[style] ?? -0.2) + 0.25 * whims[order]!)
  const tastes = hidden.map((value, whim) => 0.3 * value + 0.5 * common[whim]!)
  return {
    name,
    size: Math.exp(0.8 * normal(key(seed, TASTE, index), 99)),
    /** Log of how much a song is played here against elsewhere. */
    likes: (song: Song): number =>
      (styles[song.style]! + styles[song.second]!) / 2 +
      (song.language === language ? 2 : WORLD.has(song.language) ? 0 : -1.2) +
      1.1 * dot(tastes, song.hidden),
  }
}

/**
 * Writes 40,000 plays of 2,000 songs in 60 regions, `regions.csv`, `songs.csv` and a data document to a folder. A
 * region's plays follow styles, languages and hidden vectors, so that titles and artists predict more than popularity
 * does; a song's `spectrogram`, [24, 8] numbers in one cell, shows its styles and hidden vector in the order of its notes
 * only. `time` is in seconds since 1970. The bytes depend on the seed only. Throws a system error where the folder
 * cannot be written.
 */
export const sampleSongs = (
  { seed = 0 }: { readonly seed?: number },
  folder: string,
): { readonly document: string; readonly events: number } => {
  const songs = makeSongs(seed)
  const countries = REGIONS.map((_, index) => country(seed, index))
  writeRows(folder, 'songs.csv', (row) => {
    row(csv('id', 'title', 'artist', 'language', 'genres', 'length', 'year', 'spectrogram'))
    songs.forEach((song, index) => {
      const of = key(seed, SONG, index)
      const genres = [...new Set([song.style, song.second])].map((style) => NAMES[style]).join('|')
      const length = Math.round(150 + 40 * Math.abs(normal(of, 30)) + (NAMES[song.style] === 'classical' ? 120 : 0))
      const year = 2024 - Math.floor(30 * uniform(of, 31) ** 2)
      const id = `s${String(index + 1).padStart(4, '0')}`
      const sound = printArray(spectrogram(song, seed, SOUND, index))
      row(csv(id, song.title, song.artist, song.language, genres, length, year, sound))
    })
  })
  writeRows(folder, 'regions.csv', (row) => {
    row(csv('id', 'name', 'language', 'neighbourhood'))
    for (const [id, name, language, neighbourhood] of REGIONS) row(csv(id, name, language, neighbourhood))
  })
  const counts = allocate(
    Float64Array.from(countries, ({ size }) => 0.5 + Math.min(size, 2)),
    EVENTS,
    SONGS / 2,
  )
  writeRows(folder, 'plays.csv', (row) => {
    row(csv('region', 'song', 'plays', 'time'))
    countries.forEach((here, region) => {
      const likes = songs.map((song) => here.likes(song) + song.popularity)
      const of = key(seed, CHOICE, region)
      // the largest of log weight + Gumbel noise are a draw without replacement
      const luck = likes.map((like, song) => 1.2 * like - Math.log(-Math.log(uniform(of, song) + 1e-12)))
      const heard = [...luck.keys()].sort((a, b) => luck[b]! - luck[a]! || a - b).slice(0, counts[region])
      for (const song of heard) {
        const mean = here.size * Math.exp(2 + 0.9 * likes[song]! + 0.4 * normal(key(seed, PLAYS, region), song))
        const time = 1_700_000_000 + Math.floor(31_536_000 * uniform(key(seed, PLAYS, region, song), 1))
        row(csv(REGIONS[region]![0], `s${String(song + 1).padStart(4, '0')}`, Math.max(1, Math.round(mean)), time))
      }
    })
  })
  const document = writeDocument(folder, {
    events: { file: 'plays.csv', user: 'region', item: 'song' },
    users: { file: 'regions.csv' },
    items: { file: 'songs.csv' },
  })
  return { document, events: EVENTS }
}
