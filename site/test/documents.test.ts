// The documents that only the language pages show: each is trained on a small sample, or searched.
import { readdirSync } from 'node:fs'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorkspace, type Workspace } from '../../packages/cli/test/workspace.js'
import { root } from '../../test/workspace.js'

const folder = join(root, 'site/documents')
const names = readdirSync(folder).map((file) => file.slice(0, -'.json'.length))

let here: Workspace
const rowsOf = async (name: string) =>
  (await readFile(join(here.directory, 'data', name), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','))
const write = (name: string, rows: readonly (readonly string[])[]) =>
  writeFile(join(here.directory, 'data', name), `${rows.map((cells) => cells.join(',')).join('\n')}\n`)

beforeAll(async () => {
  here = await openWorkspace()
  const sampled = await here.run('sample', 'ratings', '--users', '80', '--items', '60', '--interactions', '1600')
  expect([sampled.code, sampled.err]).toEqual([0, ''])
  // what the sample does not have: flags, vectors, test rows, candidates
  const [header, ...items] = await rowsOf('items.csv')
  const at = (column: string) => header!.indexOf(column)
  const flags = items.map((row) => [
    ...row,
    Number(row[at('length')]) < 200 ? '1' : '0',
    row[at('year')]! < '2000' ? '1' : '0',
  ])
  await write('items.csv', [[...header!, 'short', 'old'], ...flags])
  const vector = (item: number) => [1, 2, 3, 4].map((axis) => Math.sin(item * axis).toFixed(3)).join(' ')
  await write('covers.csv', [['id', 'vector'], ...items.map(([id], item) => [id!, vector(item)])])
  const [columns, ...events] = await rowsOf('ratings.csv')
  const tests = events.filter((_, row) => row % 20 === 0)
  await write('test.csv', [columns!, ...tests])
  const others = items.slice(0, 9).map(([id]) => id!)
  await writeFile(
    join(here.directory, 'data/candidates.tsv'),
    tests.map(([user, item]) => `(${user},${item})\t${others.filter((id) => id !== item).join('\t')}\n`).join(''),
  )
  const data = JSON.parse(await readFile(join(here.directory, 'data/data.json'), 'utf8'))
  const given = {
    ...data,
    test: { file: 'test.csv' },
    candidates: { file: 'candidates.tsv' },
    vectors: { covers: { file: 'covers.csv' } },
  }
  await writeFile(join(here.directory, 'data/given.json'), JSON.stringify(given))
})
afterAll(() => here.close())

test.each(names)('%s runs', async (name) => {
  await copyFile(join(folder, `${name}.json`), join(here.directory, `${name}.json`))
  const text = await readFile(join(folder, `${name}.json`), 'utf8')
  const data = /"(given|stored)"/.test(text) ? 'data/given.json' : 'data/data.json'
  const command = text.includes('"search"') ? 'tune' : 'train'
  const run = await here.run(command, `${name}.json`, '--data', data, '--json')
  expect([run.code, run.code === 0 ? '' : run.err]).toEqual([0, ''])
  const { metrics } = run.json<{ metrics: Record<string, number> }>()
  if (command === 'train') expect(Object.values(metrics).every(Number.isFinite)).toBe(true)
})
