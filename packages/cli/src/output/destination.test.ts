import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkDestination, checkFolder, checkOverlap } from './destination.js'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'recspec-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const refusal = (path: string) => checkDestination(path, '--out')

test('a new file, one in folders that do not exist yet, and an old file are fine; nothing is left behind', async () => {
  await writeFile(join(directory, 'old'), '')
  await refusal(join(directory, 'old'))
  await refusal(join(directory, 'new'))
  await refusal(join(directory, 'deep', 'er', 'new'))
  await checkFolder(join(directory, 'deep'), '--out')
  expect(await readdir(directory)).toEqual(['old'])
})

test.each([
  ['a directory', 'folder', '--out is a directory'],
  ['a path below a file', 'file/model', '--out: a part of the path is a file'],
  ['a long name', 'n'.repeat(300), '--out: the name is too long'],
  ['a name that is too long once it is temporary', 'n'.repeat(250), '--out: the name is too long'],
  ['a folder with a long name', `${'n'.repeat(300)}/model`, '--out: the name is too long'],
])('%s is refused', async (_, path, message) => {
  await writeFile(join(directory, 'file'), '')
  await mkdir(join(directory, 'folder'))
  await expect(refusal(join(directory, path))).rejects.toMatchObject({
    reason: 'document',
    message: expect.stringContaining(message),
  })
})

test('devices are refused, and folders that take no files', async () => {
  for (const device of ['/dev/null', '/dev/full'])
    await expect(refusal(device)).rejects.toMatchObject({ message: '--out is not a regular file', reason: 'document' })
  await expect(refusal('/proc/model')).rejects.toMatchObject({ reason: 'document' })
  await expect(checkFolder('/proc/models', '--out')).rejects.toMatchObject({ reason: 'document' })
})

test('an input is recognized under another name and through a link', async () => {
  await writeFile(join(directory, 'data.csv'), '')
  await symlink('data.csv', join(directory, 'link'))
  const inputs = [{ path: './data.csv', what: 'the data' }]
  for (const path of ['data.csv', './x/../data.csv', 'link', join(directory, 'data.csv')])
    await expect(checkOverlap(directory, path, '--out', inputs)).rejects.toMatchObject({ message: '--out is the data' })
  await checkOverlap(directory, 'other', '--out', inputs)
})
