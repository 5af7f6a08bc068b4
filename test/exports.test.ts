import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packages, root, text } from './workspace.js'

const golden = 'test/exports.json'

test('the public names of every package are the listed ones (UPDATE=1 rewrites the list)', async () => {
  const names: Record<string, string[]> = {}
  for (const { folder, manifest } of packages)
    names[manifest.name] = Object.keys(await import(join(root, folder, 'src/index.ts'))).sort()
  if (process.env['UPDATE']) writeFileSync(join(root, golden), `${JSON.stringify(names, null, 2)}\n`)
  expect(existsSync(join(root, golden))).toBe(true)
  expect(names).toEqual(JSON.parse(text(golden)))
})
