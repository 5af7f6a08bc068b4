import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BOARD, CPU, implicitBoard, titles } from './board.js'
import { openWorkspace, type Workspace } from './workspace.js'

let here: Workspace
const write = (name: string, content: string) => writeFile(join(here.directory, name), content)
const brief = { ...BOARD, solver: { ...BOARD.solver, epochs: 2 } }
const TRAIN = ['train', 'board.json', '--data', 'board.csv', ...CPU]

beforeAll(async () => {
  here = await openWorkspace()
  await write('board.csv', implicitBoard())
  await write('items.csv', titles())
  await write('test.csv', 'user,item\nu0,i2\n')
  await write('board.json', JSON.stringify(brief))
  const tables = { events: { file: 'board.csv' }, test: { file: 'test.csv' }, items: { file: 'items.csv' } }
  await write('data.json', JSON.stringify(tables))
  await symlink('board.csv', join(here.directory, 'link.csv'))
  await mkdir(join(here.directory, 'folder'))
  expect((await here.run(...TRAIN)).code).toBe(0)
})
afterAll(() => here.close())

/** The commands of a text as a shell reads them. */
const commandsIn = (text: string) =>
  [...text.matchAll(/^ {2}npx recspec (.*)$/gm)].map(([, words]) =>
    execFileSync('sh', ['-c', `printf '%s\\0' ${words}`], { encoding: 'utf8' })
      .split('\0')
      .slice(0, -1),
  )

test.each([
  ['the document', ['--out', 'board.json'], '--out board.json is the document'],
  ['the data', ['--out', 'board.csv'], '--out board.csv is the data'],
  ['the data by a link', ['--out', 'link.csv'], '--out link.csv is the data'],
  ['the items', ['--items', 'items.csv', '--out', './items.csv'], '--out ./items.csv is the table of items'],
  ['the data document', ['--data', 'data.json', '--out', 'data.json'], '--out data.json is the data'],
  ['a file of it', ['--data', 'data.json', '--out', 'test.csv'], '--out test.csv is a file of the data'],
  ['a plugin', ['--plugin', './plugin.mjs', '--out', 'plugin.mjs'], '--out plugin.mjs is a plugin'],
  ['the checkpoint', ['--resume', 'r.safetensors', '--out', 'r.safetensors'], 'is the checkpoint of --resume'],
  ['a device', ['--out', '/dev/full'], '--out /dev/full is not a regular file'],
  ['a path below a file', ['--out', 'board.csv/m'], 'a part of the path is a file'],
  ['a folder without files', ['--out', '/proc/m'], '--out /proc/m: no such file'],
  ['a long name', ['--out', 'n'.repeat(300)], 'the name is too long'],
])('train does not write over %s: exit code 2 before training', async (_, options, message) => {
  await write('plugin.mjs', `export const mine = { name: 'mine', apiVersion: 1 }`)
  await write('r.safetensors', 'kept')
  const argv = options.includes('--data') ? TRAIN.filter((word) => !['--data', 'board.csv'].includes(word)) : TRAIN
  const files = async () =>
    Promise.all(
      (await readdir(here.directory))
        .filter((name) => name !== 'folder')
        .map((name) => readFile(join(here.directory, name), 'utf8')),
    )
  const before = await files()
  const run = await here.run(...argv, ...options)
  expect([run.code, run.out]).toEqual([2, ''])
  expect(run.err).toContain(message)
  expect(run.err).not.toContain('epoch')
  expect(await files()).toEqual(before)
})

test.each([
  [['init', 'board.csv/new'], 'a part of the path is a file'],
  [['init', '/proc/new'], 'no such file'],
  [['sample', 'reviews', '--out', 'board.csv'], 'a part of the path is a file'],
  [['sample', 'songs', '--out', '/proc/new'], 'no such file'],
  [['sample', 'ratings', '--out', 'n'.repeat(300)], 'the name is too long'],
])('%j is refused', async (argv, message) => {
  const run = await here.run(...argv)
  expect([run.code, run.out, run.err]).toEqual([2, '', expect.stringContaining(message)])
})

test('a full disk when the model is saved: exit code 8, the old file stays, the model is kept elsewhere', async () => {
  await write('full.safetensors', 'old')
  here.onError = (text) => {
    // once training runs: the probe of the destination is over
    if (text.includes('epoch 1/'))
      void symlink('/dev/full', join(here.directory, `.full.safetensors.${process.pid}.tmp`)).catch(() => {})
  }
  const run = await here.run(...TRAIN, '--out', 'full.safetensors')
  delete here.onError
  expect(run.code, run.err).toBe(8)
  expect(run.err).toContain('no space left on the disk')
  expect(await readFile(join(here.directory, 'full.safetensors'), 'utf8')).toBe('old')
  expect((await readdir(here.directory)).filter((name) => name.endsWith('.tmp'))).toEqual([])
  const [, rescued] = /hint: the model is saved in (\S+)/.exec(run.err)!
  expect((await here.run('recommend', rescued!, '--user', 'u0', ...CPU)).code).toBe(0)
})

test('a checkpoint that cannot be saved is reported, and training ends in the same model', async () => {
  const whole = await here.run(...TRAIN, '--json', '--out', 'whole.safetensors')
  here.onError = (text) => {
    if (text.includes('training board'))
      void symlink('/dev/full', join(here.directory, `.on.checkpoint.safetensors.${process.pid}.tmp`)).catch(() => {})
  }
  const run = await here.run(...TRAIN, '--json', '--out', 'on.safetensors', '--checkpoint-every', '1')
  delete here.onError
  expect(run.code, run.err).toBe(0)
  expect(run.err).toContain('no checkpoint was kept: cannot write')
  expect(run.json()['digest']).toBe(whole.json()['digest'])
})

test.each([
  [['recommend', 'board.json', '--user', 'u0'], 5, '"board.json" is a document, expected a trained model'],
  [['recommend', 'data.json', '--user', 'u0'], 5, '"data.json" is a data document, expected a trained model'],
  [['recommend', 'board.safetensors', '--history', 'i2'], 3, 'hint: --user recommends to the users'],
  [['explain', 'board.safetensors'], 2, '"board.safetensors" is a trained model, expected a document'],
  [['explain', 'data.json'], 2, '"data.json" is a data document, expected the document of a model'],
  [['similar', 'board.safetensors', '--user', 'u0', '--user', 'u2'], 2, 'option "--user" is given twice'],
  [[...TRAIN, '--seed', '4294967296'], 2, 'invalid --seed "4294967296"'],
  [['recommend', 'board.safetensors', '--user', 'u0', '-k', '-3'], 2, 'invalid -k "-3"'],
  [[...TRAIN, '--set', `/ops=${'['.repeat(6000)}${']'.repeat(6000)}`], 2, 'expected at most 64 levels'],
  [[...TRAIN, '--set', '/solver/epoch=1'], 2, 'did you mean /solver/epochs?'],
])('%j is refused with a documented code', async (argv, code, message) => {
  const run = await here.run(...argv)
  expect([run.code, run.out]).toEqual([code, ''])
  expect(run.err).toContain(message)
  expect(run.err).not.toMatch(/\n +at /)
})

test('check says what a data document has', async () => {
  const run = await here.run('check', 'data.json', 'board.json')
  expect([run.code, run.err]).toEqual([0, ''])
  expect(run.out).toContain('data.json: ok\n')
  expect(run.out).toContain('board.json: ok\n')
})

test('a number that is not finite is one diagnostic', async () => {
  const run = await here.run('check', 'board.json', '--set', '/solver/epochs=1e400')
  expect([run.code, run.out, run.err]).toEqual([
    2,
    '',
    'invalid number in --set /solver/epochs: expected a finite one\n',
  ])
})

test('control characters and bidirectional overrides are never printed raw', async () => {
  const name = 'a\u202e\u001b[31mb'
  await write('odd.json', JSON.stringify({ ...brief, name: 'odd', [name]: 1 }))
  await write('odd.csv', implicitBoard().replaceAll('u0,', `${name},`))
  const runs = [
    await here.run('check', 'odd.json'),
    await here.run('check', name),
    await here.run(...TRAIN, '--set', '/name=o\u0007dd', '--out', 'bell.safetensors'),
    await here.run('train', 'board.json', '--data', 'odd.csv', '--out', 'odd.safetensors', ...CPU),
    await here.run('similar', 'odd.safetensors', '--user', 'u2', '-k', '20', ...CPU),
    await here.run('recommend', 'odd.safetensors', '--user', name, '--json', ...CPU),
  ]
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  for (const { out, err } of runs) expect(out + err).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e]/)
  expect(runs[4]!.out).toContain('a\\u202e\\u001b[31mb')
  expect(runs[5]!.json()['user']).toBe(name)
  // the commands of the next steps are about someone whose name can be typed
  for (const argv of commandsIn(runs[3]!.out)) expect((await here.run(...argv)).code).toBe(0)
})

test('a search is not run by train, which says so', async () => {
  const parameters = { rate: { at: ['/solver/learningRate'], values: [0.1, 0.2] } }
  const search = { strategy: { type: 'grid' }, metric: 'hr@5', parameters }
  await write('search.json', JSON.stringify({ ...brief, search }))
  const checked = await here.run('check', 'search.json')
  expect(checked.out).toBe('search.json: ok\n')
  const run = await here.run('train', 'search.json', '--data', 'board.csv', '--out', 's.safetensors', ...CPU)
  expect([run.code, run.err]).toEqual([0, expect.stringContaining('"search" is not run by train')])
})

test('the commands that train prints work as printed, with the plugins they need', async () => {
  await write(
    'double.mjs',
    `export const it = { name: 'mine', apiVersion: 1, layers: { product: {
       summary: 'The dot product.', params: { type: 'object', properties: {} }, inputs: { a: 'one', b: 'one' },
       expand: (params, { a, b }) => ({ ops: { match: { type: 'dot', inputs: [a[0], b[0]] } }, output: 'match' }),
     } } }`,
  )
  const ops = { ...brief.ops, score: { type: 'mine/product', inputs: ['p', 'q'] } }
  await write("it's.json", JSON.stringify({ ...brief, name: 'it is', ops }))
  const argv = ["it's.json", '--data', 'board.csv', '--items', 'items.csv', '--plugin', './double.mjs', ...CPU]
  const run = await here.run('train', ...argv)
  expect(run.code, run.err).toBe(0)
  const commands = commandsIn(run.out)
  expect(commands.map(([command]) => command)).toEqual(['recommend', 'similar'])
  for (const command of commands) {
    expect(command).toContain('./double.mjs')
    const answered = await here.run(...command)
    expect([answered.code, answered.err]).toEqual([0, ''])
  }
})

test('the command that an interrupted run prints continues it', async () => {
  let reports = 0
  here.onError = (text) => {
    if (/epoch \d/.test(text) && ++reports === 1) here.interrupt()
  }
  const run = await here.run(...TRAIN, '--out', 'cut.safetensors', '--set', '/solver/epochs=9', '--set', '/name=a b')
  delete here.onError
  expect(run.code).toBe(7)
  const [resume] = commandsIn(run.out)
  expect(resume).toContain('cut.checkpoint.safetensors')
  expect((await here.run(...resume!)).code).toBe(0)
  expect(await readdir(here.directory)).toContain('cut.safetensors')
})

test('the commands that init prints work as printed', async () => {
  const run = await here.run('init', 'my project')
  const [, folder] = /^ {2}cd (.*)$/m.exec(run.out)!
  expect(folder).toBe("'my project'")
  const inside = await openWorkspace(join(here.directory, 'my project'))
  const commands = commandsIn(run.out)
  expect(commands.map(([command]) => command)).toEqual(['check', 'explain', 'train', 'recommend'])
  for (const argv of commands) {
    const done = await inside.run(...argv)
    expect([done.code, done.out.length > 0]).toEqual([0, true])
  }
})

test('more results than there are: all of them', async () => {
  const run = await here.run('recommend', 'board.safetensors', '--user', 'u0', '-k', '1000000', '--json', ...CPU)
  expect(run.json<{ results: unknown[] }>().results).toHaveLength(11)
  const similar = await here.run('similar', 'board.safetensors', '--user', 'u0', '-k', '1000000', '--json', ...CPU)
  expect(similar.json<{ results: unknown[] }>().results).toHaveLength(19)
})
