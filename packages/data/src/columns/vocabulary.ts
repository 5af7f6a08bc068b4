import type { Ids } from '@recspec/core'
import type { Texts } from '../files/duckdb.js'

/** Texts and their indices, in the order of their first appearance. */
export interface Vocabulary extends Ids {
  readonly list: readonly string[]
  /** The index of a row's text. A new text is added where `addsNew`, else its index is −1. */
  encode(texts: Texts, row: number, addsNew: boolean): number
  add(text: string): number
}

const encoder = new TextEncoder()
const SLOT = 5 // code + 1, length, three words

const hash = (length: number, a: number, b: number, c: number): number => {
  let mixed = Math.imul(length ^ Math.imul(a, 0x9e3779b1), 0x85ebca6b)
  mixed = Math.imul((mixed ^ (mixed >>> 15)) + b, 0xc2b2ae35)
  mixed = Math.imul((mixed ^ (mixed >>> 13)) + c, 0x27d4eb2f)
  return mixed ^ (mixed >>> 16)
}

const key = new Int32Array(3)
const keyBytes = new Uint8Array(key.buffer)

/** Puts a text of at most 12 bytes into `key` and returns its length in bytes, −1 if it is longer. */
const inline = (text: string): number => {
  if (text.length > 12) return -1
  key.fill(0)
  const { read, written } = encoder.encodeInto(text, keyBytes)
  if (read === text.length) return written
  return -1
}

/**
 * An open-addressing table on the 12 bytes that DuckDB keeps inline, so that no string is made for a text seen before
 * (20 M ids in 3 s instead of 30). Longer texts go through a Map.
 */
export const vocabulary = (initial: Iterable<string> = []): Vocabulary => {
  const list: string[] = []
  const long = new Map<string, number>()
  let size = 1024
  let slots = new Int32Array(size * SLOT)
  let short = 0

  /** The slot where the key is, or the free one where it belongs. */
  const find = (length: number, a: number, b: number, c: number): number => {
    for (let at = hash(length, a, b, c) & (size - 1); ; at = (at + 1) & (size - 1)) {
      const slot = at * SLOT
      if (slots[slot] === 0) return slot
      if (slots[slot + 2] === a && slots[slot + 3] === b && slots[slot + 4] === c && slots[slot + 1] === length)
        return slot
    }
  }
  const grow = () => {
    const old = slots
    size *= 2
    slots = new Int32Array(size * SLOT)
    for (let slot = 0; slot < old.length; slot += SLOT)
      if (old[slot] !== 0)
        slots.set(old.subarray(slot, slot + SLOT), find(old[slot + 1]!, old[slot + 2]!, old[slot + 3]!, old[slot + 4]!))
  }
  const insert = (slot: number, length: number, a: number, b: number, c: number, text: string): number => {
    slots[slot] = list.push(text)
    slots[slot + 1] = length
    slots[slot + 2] = a
    slots[slot + 3] = b
    slots[slot + 4] = c
    if (++short * 2 > size) grow()
    return list.length - 1
  }
  const lookup = (text: string, addsNew: boolean): number => {
    const length = inline(text)
    if (length < 0) {
      const known = long.get(text)
      if (known !== undefined || !addsNew) return known ?? -1
      long.set(text, list.length)
      return list.push(text) - 1
    }
    const [a, b, c] = key as unknown as [number, number, number]
    const slot = find(length, a, b, c)
    if (slots[slot] !== 0) return slots[slot]! - 1
    return addsNew ? insert(slot, length, a, b, c, text) : -1
  }
  for (const text of initial) lookup(text, true)
  return {
    list,
    get count() {
      return list.length
    },
    at: (index) => list[index]!,
    indexOf: (id) => lookup(id, false),
    add: (text) => lookup(text, true),
    encode: ({ words, text }, row, addsNew) => {
      const length = words[4 * row]!
      if (length > 12) return lookup(text(row), addsNew)
      const a = words[4 * row + 1]!
      const b = words[4 * row + 2]!
      const c = words[4 * row + 3]!
      const slot = find(length, a, b, c)
      if (slots[slot] !== 0) return slots[slot]! - 1
      return addsNew ? insert(slot, length, a, b, c, text(row)) : -1
    },
  }
}
