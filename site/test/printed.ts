import { readFile, writeFile } from 'node:fs/promises'
import { expect } from 'vitest'
import { blocksOf, withCode } from '../markdown.js'

const ELLIPSIS = '…'

/** Times vary from run to run. */
const steady = (text: string) => text.replace(/ in [\d.:]+( s)? \(/g, ' (')

/**
 * Expects the block at `index` of a page to be what commands printed, or rewrites it. A line `…` stands for lines that
 * are left out: the lines before it are the first ones, those after it the last ones.
 */
export const expectPrinted = async (file: string, index: number, out: string): Promise<void> => {
  // read anew: blocks above may just have been rewritten
  const text = await readFile(file, 'utf8')
  const block = blocksOf(text)[index]!
  const lines = steady(out).trimEnd().split('\n')
  const shown = block.code.trimEnd().split('\n')
  const cut = shown.indexOf(ELLIPSIS)
  const last = shown.length - cut - 1
  const expected = cut < 0 ? lines : [...lines.slice(0, cut), ELLIPSIS, ...(last === 0 ? [] : lines.slice(-last))]
  if (process.env['UPDATE']) {
    await writeFile(file, withCode(text, block, `${expected.join('\n')}\n`))
    return
  }
  expect(shown).toEqual(expected)
}
