import { failure } from '../exit.js'

const UNITS = new Map([
  ['', 1],
  ['k', 1e3],
  ['m', 1e6],
  ['g', 1e9],
  ['t', 1e12],
])

/** Reads `800m`, `2g`, `1.5GB` or `4000000` as bytes. */
export const parseSize = (text: string): number => {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*([kmgt]?)b?$/i.exec(text.trim()) ?? []
  if (!number) throw failure('document', `invalid --budget "${text}"`, 'write a size: --budget 2g')
  return Math.round(Number(number) * UNITS.get(unit!.toLowerCase())!)
}

/** Reads a whole number from `least` to `most`. */
export const parseWhole = (option: string, least: number, most?: number) => (text: string) => {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < least || value > (most ?? value) || text.trim() === '')
    throw failure(
      'document',
      `invalid ${option} "${text}"`,
      `expected a whole number from ${least}${most === undefined ? '' : ` to ${most}`}`,
    )
  return value
}

/** Reads a number that is not negative. */
export const parseAmount = (option: string) => (text: string) => {
  const value = Number(text)
  if (!(value >= 0 && value < Infinity) || text.trim() === '')
    throw failure('document', `invalid ${option} "${text}"`, 'expected a number from 0')
  return value
}
