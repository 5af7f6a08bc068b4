import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { runNode } from './install.js'
import { root } from './workspace.js'

const COUNT = 10_000

/** A folder, and those above it. */
const above = (folder: string): string[] =>
  dirname(folder) === folder ? [folder] : [folder, ...above(dirname(folder))]

test('no name of a type makes recspec import, require, fetch or read anything', async () => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'recspec-hostile-')))
  try {
    const { code, out, err } = await runNode(join(root, 'test/hostile/run.mjs'), [folder, String(COUNT)], folder)
    expect([code, err]).toEqual([0, ''])
    const { names, accepted, packages, compiled, commanded, codes, caught } = JSON.parse(out)
    expect([names, accepted, compiled]).toEqual([COUNT, [], []])
    // a hint names the package to install, of what nobody has loaded
    expect(packages).toBeGreaterThan(0)
    // the command reads the document, and looks for the config that may list plugins
    const configs = above(folder).map((place) => `fs.existsSync ${join(place, 'recspec.config.json')}`)
    expect([...commanded].sort()).toEqual([...configs, `fs.readFile ${join(folder, 'N.json')}`].sort())
    expect(codes).toEqual([2])
    // the same traps catch one access of each kind
    for (const access of ['require node:os', 'fs.existsSync /', 'fetch http://127.0.0.1:1/', 'import node:module'])
      expect(caught).toContain(access)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}, 600_000)
