import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readDataset } from '../read.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recspec-validation-'))
  await writeFile(join(folder, 'plays.csv'), 'user,item\na,x\nb,y\nc,x\n')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const read = async (name: string, text: string, entry: object = {}) => {
  await writeFile(join(folder, name), text)
  const document = join(folder, `${name}.json`)
  await writeFile(document, JSON.stringify({ events: { file: 'plays.csv' }, validation: { file: name, ...entry } }))
  return readDataset(document)
}

test('validation users are indices, each once; unknown and repeated ones are counted', async () => {
  const { dataset, files } = await read('users.csv', 'user\nc\nnobody\na\nc\n')
  expect([...dataset.validationUsers!]).toEqual([0, 2])
  expect(files[1]).toMatchObject({ purpose: 'validation', rows: 4, accepted: 2, rejected: 0 })
  expect(dataset.notes[1]).toContain('4 rows of')
  expect(dataset.notes[1]).toContain('1 dropped (unknown user), 1 dropped (repeated user)')
})

test('the users are in the column "user", else "id", else the first, or where the document says', async () => {
  const users = async (name: string, text: string, entry?: object) => [
    ...(await read(name, text, entry)).dataset.validationUsers!,
  ]
  expect(await users('second.csv', 'fold,user\na,b\n')).toEqual([1])
  expect(await users('id.csv', 'fold,id\na,b\n')).toEqual([1])
  expect(await users('first.csv', 'who,fold\nb,a\n')).toEqual([1])
  expect(await users('said.csv', 'who,fold\nb,a\n', { user: 'fold' })).toEqual([0])
  expect(await users('bare.csv', 'c\n', { header: false })).toEqual([2])
})

test('a file without a known user is refused', async () => {
  await expect(read('others.csv', 'user\nx\ny\n')).rejects.toMatchObject({
    code: 'nothing-left',
    message: 'no rows left of 2: 2 dropped (unknown user)',
  })
})
