import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readDataset } from '../read.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recspec-tokenizers-'))
  await writeFile(join(folder, 'plays.csv'), 'user,item\na,x\n')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const read = async (text: string) => {
  await writeFile(join(folder, 'tokenizer.json'), text)
  const document = join(folder, 'data.json')
  await writeFile(
    document,
    JSON.stringify({ events: { file: 'plays.csv' }, tokenizers: { words: { file: 'tokenizer.json' } } }),
  )
  return readDataset(document)
}

test('a tokenizer is the parsed JSON of its file', async () => {
  const { dataset, files } = await read('{"model":{"vocab":{"[UNK]":0}}}')
  expect(dataset.tokenizers!.get('words')).toEqual({ model: { vocab: { '[UNK]': 0 } } })
  expect(files[1]).toMatchObject({ purpose: 'tokenizer', name: 'words', file: join(folder, 'tokenizer.json') })
  expect(dataset.notes[1]).toContain('tokenizer "words": 1 row of')
})

test.each([
  ['{"model":', 'invalid tokenizer, expected JSON'],
  ['[]', 'invalid tokenizer, expected a JSON object'],
  [`"${'x'.repeat(2 ** 26)}"`, 'invalid tokenizer of 67108866 bytes, expected at most 67108864'],
])('%.20s is refused', async (text, message) => {
  await expect(read(text)).rejects.toMatchObject({
    code: 'tokenizer',
    file: join(folder, 'tokenizer.json'),
    message: expect.stringContaining(message),
  })
})
