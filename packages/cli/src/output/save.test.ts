import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { save, temporaryPath } from './save.js'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'recspec-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

test('a file is written whole, replaces the old one, and leaves no temporary file', async () => {
  const path = join(directory, 'new', 'model.safetensors')
  await save(path, 'old')
  await save(path, Uint8Array.of(1, 2, 3))
  expect([...(await readFile(path))]).toEqual([1, 2, 3])
  expect(await readdir(join(directory, 'new'))).toEqual(['model.safetensors'])
})

test('a failure leaves the old file and no temporary one', async () => {
  await writeFile(join(directory, 'kept'), 'kept')
  // a directory cannot be renamed over
  await mkdir(join(directory, 'model', 'inside'), { recursive: true })
  await expect(save(join(directory, 'model'), 'new')).rejects.toThrow()
  expect((await readdir(directory)).sort()).toEqual(['kept', 'model'])
})

test('a full disk is a Failure: the old file is intact, the temporary one is removed', async () => {
  const path = join(directory, 'model')
  await writeFile(path, 'old')
  // writing through the link fails as on a full disk
  await symlink('/dev/full', temporaryPath(path))
  await expect(save(path, 'new')).rejects.toMatchObject({
    reason: 'output',
    message: `cannot write "${path}": no space left on the disk`,
  })
  expect(await readFile(path, 'utf8')).toBe('old')
  expect(await readdir(directory)).toEqual(['model'])
})

test('temporary files of killed processes are removed, those of running processes stay', async () => {
  const gone = spawnSync(process.execPath, ['--version']).pid
  for (const name of [`.model.${gone}.tmp`, `.model.${process.ppid}.tmp`, `.other.${gone}.tmp`])
    await writeFile(join(directory, name), 'half')
  await save(join(directory, 'model'), 'whole')
  expect((await readdir(directory)).sort()).toEqual([`.model.${process.ppid}.tmp`, `.other.${gone}.tmp`, 'model'])
})
