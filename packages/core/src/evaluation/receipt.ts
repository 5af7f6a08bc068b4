import { key, mix } from '@recspec/kernels'
import { sha256 } from '../artifact/platform.js'
import { type Column, cell } from '../dataset/column.js'
import type { Dataset, Entities, Events } from '../dataset/dataset.js'

/** What a number was measured on: numbers whose `tests` differ are not of the same rows, and are not compared. */
export interface Receipt {
  /**
   * SHA-256 of the measured rows (their ids and times; of rows without ids their columns) and of the candidate lists of
   * the data, in 16 digits.
   */
  readonly tests: string
  /** Draws random splits and candidates. */
  readonly seed: number
  /** Where rows have times: the share of them whose user has a training row at the same time, so row order decides. */
  readonly equalTimes?: number
  /** Where rows have times: the share of them that is older than a training row of the same user, or of anyone. */
  readonly older?: { readonly user: number; readonly anyone: number }
  /** What trained the measured weights in place of core. */
  readonly engine?: string
}

/** An evaluation whose receipt says what trained the measured weights; unchanged where that was core. */
export const trainedBy = <E extends { readonly receipt?: Receipt }>(evaluation: E, engine: string | undefined): E =>
  engine === undefined || !evaluation.receipt
    ? evaluation
    : { ...evaluation, receipt: { ...evaluation.receipt, engine } }

/** The receipt of an evaluation of some test rows; `stored`: the candidate lists of the data were used. */
export const receiptOf = async (
  training: Dataset,
  test: Events,
  { seed, stored }: { readonly seed: number; readonly stored: boolean },
): Promise<Receipt> => ({
  tests: (await hashOf(training, test, stored)).slice(0, 16),
  seed,
  ...(test.time && training.events.time ? timesOf(training, test, test.time, training.events.time) : {}),
})

/** How the times of test rows lie to those of training rows. */
const timesOf = ({ events, users }: Dataset, test: Events, time: Float64Array, trained: Float64Array) => {
  const last = new Float64Array(users.ids.count).fill(Number.NEGATIVE_INFINITY)
  let latest = Number.NEGATIVE_INFINITY
  const at = new Set<string>()
  const tested = new Set(test.user)
  for (let row = 0; row < events.count; row++) {
    const user = events.user[row]!
    if (Number.isNaN(trained[row]!)) continue
    latest = Math.max(latest, trained[row]!)
    if (user < 0 || !tested.has(user)) continue
    last[user] = Math.max(last[user]!, trained[row]!)
    at.add(`${user} ${trained[row]}`)
  }
  let [equal, user, anyone] = [0, 0, 0]
  for (let row = 0; row < test.count; row++) {
    if (at.has(`${test.user[row]} ${time[row]}`)) equal++
    if (time[row]! < (last[test.user[row]!] ?? Number.NEGATIVE_INFINITY)) user++
    if (time[row]! < latest) anyone++
  }
  const share = (count: number) => (test.count === 0 ? 0 : count / test.count)
  return { equalTimes: share(equal), older: { user: share(user), anyone: share(anyone) } }
}

const double = new Float64Array(1)
const words = new Uint32Array(double.buffer)
const ofNumber = (hash: number, value: number): number => {
  double[0] = value
  return mix(mix(hash, words[0]!), words[1]!)
}
const ofText = (text: string): number => {
  let hash = key(text.length)
  for (let place = 0; place < text.length; place++) hash = mix(hash, text.charCodeAt(place))
  return hash
}

/** Hashes of the ids of one side, each computed once. */
const idHashes = ({ ids }: Entities) => {
  const known = new Map<number, number>()
  return (index: number): number => {
    if (index < 0) return 0
    const found = known.get(index) ?? ofText(ids.at(index))
    known.set(index, found)
    return found
  }
}

const cellHash = (hash: number, column: Column, row: number): number => {
  const value = cell(column, row)
  return typeof value === 'number' ? ofNumber(hash, value) : mix(hash, ofText(String(value)))
}

/** SHA-256 over a hash of each row and of each candidate. */
const hashOf = ({ users, items, candidates }: Dataset, test: Events, stored: boolean): Promise<string> => {
  const [userHash, itemHash] = [idHashes(users), idHashes(items)]
  // what documents read of the same rows differs
  const named = users.ids.count + items.ids.count > 0
  const columns = named ? [] : [...test.columns].sort(([a], [b]) => (a < b ? -1 : 1))
  const lists = stored && candidates ? candidates.lists : new Int32Array(0)
  const hashes = new Uint32Array(2 * test.count + lists.length)
  for (let row = 0; row < test.count; row++) {
    hashes[2 * row] = mix(userHash(test.user[row]!), itemHash(test.item[row]!))
    let hash = test.time ? ofNumber(0, test.time[row]!) : 0
    for (const [, column] of columns) hash = cellHash(hash, column, row)
    hashes[2 * row + 1] = hash
  }
  // the order of test rows does not matter
  new BigUint64Array(hashes.buffer, 0, test.count).sort()
  lists.forEach((item, place) => {
    hashes[2 * test.count + place] = itemHash(item)
  })
  return sha256(new Uint8Array(hashes.buffer))
}
