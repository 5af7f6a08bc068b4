import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DataError } from '../error.js'
import { readDataset } from '../read.js'
import { openDatabase } from './duckdb.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recspec-path-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Names that a pattern, SQL or a URL would read as something else, and the names that such a pattern matches. */
const NAMES = [
  'r[1]',
  'r1',
  'q*',
  'qa',
  'q?',
  'q',
  'a{b,c}',
  '[!a]',
  'b',
  '**',
  'two words',
  "it's",
  'say "x"',
  'größe 数',
  'file:x',
  'dir[1]/x[2]',
  'dir1/x2',
  'year=2020/y',
  ...(process.platform === 'win32' ? [] : ['back\\slash', 'back\\s[l]ash']),
]

const failure = async (path: string): Promise<DataError> => {
  const error = await readDataset(path).then(
    () => undefined,
    (thrown) => thrown,
  )
  expect(error).toBeInstanceOf(DataError)
  return error as DataError
}

test('a name is a literal path whatever characters it has, in every format', async () => {
  const database = await openDatabase('256MB')
  await mkdir(join(folder, 'dir[1]'))
  await mkdir(join(folder, 'dir1'))
  await mkdir(join(folder, 'year=2020'))
  for (const [index, name] of NAMES.entries()) {
    const path = join(folder, name)
    await writeFile(`${path}.csv`, `user,item\nu${index},i\n`)
    await writeFile(`${path}.csv.old`, `user,item\nu${index},i\n`)
    await writeFile(`${path}.jsonl`, `{"user":"u${index}","item":"i"}\n`)
    // an irregular file is read from a copy
    await writeFile(`${path}.tsv`, `user\titem\nu${index}\ti\n\n`)
    const plain = join(folder, 'plain.parquet')
    await database.connection.run(`COPY (SELECT 'u${index}' AS "user", 'i' AS item) TO '${plain}' (FORMAT parquet)`)
    await rename(plain, `${path}.parquet`)
  }
  await database.close()
  for (const [index, name] of NAMES.entries()) {
    const document = join(folder, `${index}.json`)
    await writeFile(document, JSON.stringify({ events: { file: `${name}.csv.old` } }))
    // formats take turns where the name has nothing special but a space or letters
    const paths = [...['csv', 'jsonl', 'parquet', 'tsv'].map((format) => join(folder, `${name}.${format}`)), document]
    for (const path of /[[*?\\=]/.test(name) ? paths : paths.slice(index % 3, (index % 3) + 1)) {
      const { dataset, files } = await readDataset(path)
      expect([path, files[0]!.rows, dataset.users.ids.at(0)]).toEqual([path, 1, `u${index}`])
      expect([...dataset.events.columns.keys()]).toEqual([])
    }
  }
})

test('a pattern that matches files names no file', async () => {
  const { code, message } = await failure(join(folder, 'r[0-9].csv'))
  expect([code, message]).toEqual(['file-missing', `missing file "${join(folder, 'r[0-9].csv')}"`])
})

test.skipIf(process.platform === 'win32')('whatever is not a readable file is named for what it is', async () => {
  const loop = join(folder, 'loop.csv')
  await symlink(loop, loop)
  const device = join(folder, 'device.csv')
  await symlink('/dev/null', device)
  const pipe = join(folder, 'pipe.csv')
  execFileSync('mkfifo', [pipe])
  const nested = join(folder, 'folder.csv')
  await mkdir(nested)
  const long = join(folder, `${'x'.repeat(300)}.csv`)
  const below = join(folder, 'r1.csv', 'x.csv')
  const named = async (path: string) => {
    const { code, message, file } = await failure(path)
    expect(file).toBe(path)
    return [code, message.replace(path, 'x')]
  }
  expect(await named(loop)).toEqual(['unreadable', 'unreadable file "x": its symbolic links form a loop'])
  expect(await named(device)).toEqual(['unreadable', 'expected a file, got a device "x"'])
  expect(await named(pipe)).toEqual(['unreadable', 'expected a file, got a pipe "x"'])
  expect(await named(nested)).toEqual(['unreadable', 'expected a file, got a folder "x"'])
  expect(await named(long)).toEqual(['unreadable', 'unreadable file "x": the name is too long'])
  expect(await named(below)).toEqual(['file-missing', 'missing file "x"'])
  const document = join(folder, 'folder.json')
  await mkdir(document)
  expect(await named(document)).toEqual(['unreadable', 'expected a file, got a folder "x"'])
  expect((await failure('a\0b.csv')).message).toContain('the name has a NUL character')
})
