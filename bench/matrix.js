import { readFileSync } from 'node:fs'

/**
 * A matrix file as the peers write it: `RSMATRX1`, users, items, entries and 0, then by user and by item its start and
 * its index.
 */
export const readMatrix = (file, kernels) => {
  const { buffer, byteOffset, length } = readFileSync(file)
  if (Buffer.from(buffer, byteOffset, 8).toString() !== 'RSMATRX1') throw new Error(`${file} holds no matrix`)
  const words = new Uint32Array(buffer.slice(byteOffset + 8, byteOffset + length))
  const [users, items, cells] = words
  let read = 4
  const integers = (count) => {
    const array = kernels.int32(count)
    array.set(words.subarray(read, read + count))
    read += count
    return array
  }
  const side = (rows) => ({ start: integers(rows + 1), index: integers(cells) })
  return { users, items, cells, byUser: side(users), byItem: side(items) }
}

/** Four digits are more than such a machine can tell. */
export const short = (value) => Number(value.toPrecision(4))

/** One JSON object, or a line for each of its fields. */
export const print = (line, json) => {
  if (json) console.log(JSON.stringify(line))
  else for (const [name, value] of Object.entries(line)) console.log(`${name.padEnd(22)} ${JSON.stringify(value)}`)
}
