import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Plugin } from '../packages/core/src/contract/plugin.js'
import { coreVersion } from '../packages/core/src/version.js'
import { packages, root, text } from './workspace.js'

const isPlugin = (value: unknown): value is Plugin =>
  typeof value === 'object' && value !== null && 'apiVersion' in value

/** Name and version of a package.json, read from the disk. */
const manifestOf = (folder: string): { readonly name: string; readonly version: string } =>
  JSON.parse(text(`${folder}/package.json`))

test('core stores the version of its package.json', () => {
  expect(coreVersion).toBe(manifestOf('packages/core').version)
})

test.each(
  packages.map(({ folder, manifest }) => [manifest.name, folder] as const).filter(([name]) => /\/plugin-/.test(name)),
)('%s says its package and version', async (_, folder) => {
  const plugins = Object.values(await import(join(root, folder, 'src/index.ts'))).filter(isPlugin)
  const { name, version } = manifestOf(folder)
  expect(plugins.map((plugin) => [plugin.package, plugin.version])).toEqual([[name, version]])
})
