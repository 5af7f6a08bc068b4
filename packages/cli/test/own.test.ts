import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { writeTable } from '@recspec/data'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorkspace, type Run, type Workspace } from './workspace.js'

let here: Workspace
beforeAll(async () => {
  here = await openWorkspace()
})
afterAll(() => here.close())

/** The words of a printed command, as a shell cuts it. */
const words = (line: string): readonly string[] =>
  [...line.matchAll(/'((?:[^']|'\\'')*)'|(\S+)/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll(`'\\''`, "'") ?? plain!,
  )

/** Runs the commands that `init` printed, exactly as they are, in the folder that they enter. */
const runPrinted = async (run: Run): Promise<readonly Run[]> => {
  expect(run.code, run.err).toBe(0)
  const lines = run.out
    .split('\nnext\n')[1]!
    .trim()
    .split('\n')
    .map((line) => words(line.trim()))
  const enter = lines.find(([word]) => word === 'cd')
  const inside = await openWorkspace(join(here.directory, enter ? enter[1]! : '.'))
  const runs: Run[] = []
  for (const [npx, recspec, ...argv] of lines.filter((line) => line !== enter)) {
    expect([npx, recspec]).toEqual(['npx', 'recspec'])
    runs.push(await inside.run(...argv))
  }
  expect(runs.length).toBeGreaterThanOrEqual(4)
  for (const { code, err } of runs) expect(code, err).toBe(0)
  return runs
}

const project = async (folder: string) => ({
  data: JSON.parse(await readFile(join(here.directory, folder, 'data.json'), 'utf8')) as Record<string, unknown>,
  model: await readFile(join(here.directory, folder, 'model.json'), 'utf8'),
})

/** Some users and items with ratings that follow from both, and times. */
const events = Array.from({ length: 600 }, (_, row) => {
  const [user, item] = [row % 30, (row * 7) % 41]
  return { user, item, rating: 1 + ((user + item) % 5), time: 1_600_000_000 + 3_600 * row }
})
const lines = (separator: string, columns: readonly (keyof (typeof events)[number])[], header?: readonly string[]) =>
  [...(header ? [header] : []), ...events.map((event) => columns.map((column) => event[column]))]
    .map((cells) => cells.join(separator))
    .join('\n')
async function* rows() {
  const columns = ['user', 'item', 'rating'] as const
  yield columns.map((column) => events.map((event) => (column === 'user' ? `u${event.user}` : event[column] * 100)))
}
const put = (name: string, content: string | Uint8Array) => writeFile(join(here.directory, name), content)

test('the commands that a project with sample data prints work', async () => {
  await runPrinted(await here.run('init', 'sampled'))
})

test('a sample of ratings with both of its tables becomes a model of ratings and features', async () => {
  await here.run('sample', 'ratings', '--out', 'made', '--users', '60', '--items', '40', '--interactions', '600')
  const argv = ['--items', 'made/items.csv', '--users', 'made/users.csv']
  const run = await here.run('init', 'featured', '--data', 'made/ratings.csv', ...argv)
  await runPrinted(run)
  const { data, model } = await project('featured')
  expect(data).toMatchObject({
    events: { file: '../made/ratings.csv', user: 'user', item: 'item', time: 'time' },
    users: { file: '../made/users.csv', id: 'id' },
    items: { file: '../made/items.csv', id: 'id' },
  })
  expect(model).toContain('"genres": { "type": "categories", "entity": "item", "separator": "|" }')
  expect(model).toContain('"gender": { "type": "category", "entity": "user" }')
  expect(model).toContain('"split": { "type": "temporal", "per": "user"')
  expect(run.out).toMatch(/ {2}title of items is left out: 40 different values in 40 rows/)
  expect(run.out).toMatch(/ {2}user is the user: by its name; .*--user-column/)
})

test('a data document is used as it is', async () => {
  await here.run('sample', 'ratings', '--out', 'given', '--users', '30', '--items', '20', '--interactions', '300')
  const run = await here.run('init', 'documented', '--data', 'given/data.json')
  await runPrinted(run)
  expect(run.out).toContain('train model.json --data ../given/data.json')
  const refused = await here.run('init', 'again', '--data', 'given/data.json', '--user-column', 'user')
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('--user-column with a data document')])
})

test('files of other shapes: semicolons, tabs without a header, gzip, Parquet', async () => {
  await put('semicolons.csv', lines(';', ['user', 'item', 'rating'], ['customerId', 'product_id', 'stars']))
  await put('u.data', lines('\t', ['user', 'item', 'rating', 'time']))
  await put('plain.csv.gz', gzipSync(lines(',', ['item', 'user'], ['movie', 'viewer'])))
  await writeTable(
    join(here.directory, 'plays.parquet'),
    [
      { name: 'listener', type: 'text' },
      { name: 'track', type: 'integer' },
      { name: 'plays', type: 'integer' },
    ],
    rows(),
  )
  const shapes: readonly (readonly [file: string, events: object, model: readonly string[]])[] = [
    [
      'semicolons.csv',
      { file: '../semicolons.csv', delimiter: ';', user: 'customerId', item: 'product_id' },
      ['"column": "stars", "range": [1, 5]', '"type": "ratio"'],
    ],
    [
      'u.data',
      {
        file: '../u.data',
        delimiter: '\t',
        header: false,
        columns: ['user', 'item', 'rating', 'time'],
        user: 'user',
        item: 'item',
        time: 'time',
      },
      ['"column": "rating", "range": [1, 5]', '"type": "temporal"'],
    ],
    [
      'plain.csv.gz',
      { file: '../plain.csv.gz', user: 'viewer', item: 'movie' },
      ['"unobservedWeight": 0.1', '"type": "per-user"'],
    ],
    [
      'plays.parquet',
      { file: '../plays.parquet', user: 'listener', item: 'track' },
      ['"target": "plays", "loss": { "type": "imf/weighted-squares", "alpha": 0.01 }'],
    ],
  ]
  for (const [file, expected, pieces] of shapes) {
    const folder = `of-${file}`
    await runPrinted(await here.run('init', folder, '--data', file))
    const { data, model } = await project(folder)
    expect(data['events']).toEqual(expected)
    for (const piece of pieces) expect(model).toContain(piece)
  }
})

test('columns that say nothing of users and items are refused with their names and the options that name them', async () => {
  await put('odd.csv', lines(',', ['user', 'item', 'rating'], ['a', 'b', 'c']))
  const refused = await here.run('init', 'odd', '--data', 'odd.csv')
  expect([refused.code, refused.err]).toEqual([
    3,
    'no column of users and items found among a, b, c\n  hint: say which it is: --user-column <name> --item-column <name>\n',
  ])
  const argv = ['--data', 'odd.csv', '--user-column', 'a', '--item-column', '2', '--rating-column', 'c']
  const run = await here.run('init', 'odd', ...argv)
  expect(run.out).toContain('  a is the user: given by --user-column;')
  await runPrinted(run)
  expect((await project('odd')).data['events']).toMatchObject({ user: 'a', item: 'b' })
  const missing = await here.run('init', 'odder', '--data', 'odd.csv', '--user-column', 'd')
  expect([missing.code, missing.err]).toEqual([3, expect.stringContaining('missing column "d" of --user-column')])
})

test('a folder that has the data already keeps it, and files of a project are not replaced without --force', async () => {
  await mkdir(join(here.directory, 'own'))
  await put('own/plays.csv', lines(',', ['user', 'item'], ['user', 'song']))
  await put('own/settings.txt', 'mine')
  const inside = await openWorkspace(join(here.directory, 'own'))
  expect((await inside.run('init', '--data', 'plays.csv')).code).toBe(0)
  expect((await project('own')).data['events']).toEqual({ file: 'plays.csv', user: 'user', item: 'song' })
  const again = await inside.run('init', '--data', 'plays.csv')
  expect([again.code, again.err]).toEqual([2, expect.stringMatching(/directory "\." has .*model\.json.* already/)])
  expect((await inside.run('init', '--data', 'plays.csv', '--force')).code).toBe(0)
})

test('options that need --data, or exclude it, say so', async () => {
  const lonely = await here.run('init', 'none', '--user-column', 'a')
  expect([lonely.code, lonely.err]).toEqual([2, expect.stringContaining('--user-column without --data')])
  const both = await here.run('init', 'none', '--from', 'spark', '--data', 'odd.csv')
  expect([both.code, both.err]).toEqual([2, expect.stringContaining('--data and --from exclude each other')])
})
