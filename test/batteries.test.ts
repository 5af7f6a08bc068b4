import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { builtin } from '../packages/core/src/builtin/index.js'
import { pluginSections } from '../packages/core/src/contract/checkplugin.js'
import { filesUnder, packages, root, text } from './workspace.js'

type Plugin = Partial<Record<keyof typeof pluginSections, object>>

const sections = Object.keys(pluginSections) as readonly (keyof typeof pluginSections)[]

const isPlugin = (value: unknown): value is Plugin =>
  typeof value === 'object' && value !== null && 'apiVersion' in value

const official = packages.filter(({ folder }) => folder.startsWith('packages/plugin-'))

/** The plugin that a package exports, with its name there. */
const pluginOf = async (folder: string): Promise<readonly [string, Plugin]> => {
  const plugins = Object.entries(await import(join(root, folder, 'src/index.ts'))).filter(([, one]) => isPlugin(one))
  expect(plugins).toHaveLength(1)
  return plugins[0]! as [string, Plugin]
}

// testPlugin declares the tests of every operator of the value that it is given, and fails for one without a case
for (const { folder, manifest } of official)
  test(`${manifest.name}: the conformance kit tests the whole plugin`, async () => {
    const [name] = await pluginOf(folder)
    const conformance = text(`${folder}/src/conformance.test.ts`)
    expect(conformance).toContain("from '@recspec/testing'")
    expect(conformance).toContain(`import { ${name} } from './index.js'`)
    expect(conformance).toMatch(new RegExp(`^testPlugin\\(${name}[,)]`, 'm'))
  })

test('the conformance kit tests every section of the built-in operators', () => {
  const files = filesUnder('packages/core/test/conformance').map((path) =>
    text(`packages/core/test/conformance/${path}`),
  )
  const tested = sections.filter((section) =>
    files.some(
      (file) =>
        file.includes('testPlugin(') && new RegExp(`\\b${section}\\b.*builtin\\b|${section}: builtin`).test(file),
    ),
  )
  expect(tested).toEqual(sections.filter((section) => builtin[section] !== undefined))
})

for (const { folder, manifest, sources } of official)
  test(`${manifest.name}: every operator has a file of its name, with a test beside it that uses it`, async () => {
    const [, plugin] = await pluginOf(folder)
    const operators = sections.flatMap((section) => Object.keys(plugin[section] ?? {}))
    expect(operators.length).toBeGreaterThan(0)
    for (const name of operators) {
      const file = name.replaceAll('-', '')
      const source = sources.find((path) => path.endsWith(`/${file}.ts`))
      expect(source, `${name} has no file ${file}.ts`).toBeDefined()
      const tested = `${folder}/${source!.replace(/\.ts$/, '.test.ts')}`
      expect(existsSync(join(root, tested)), `${name} has no ${tested}`).toBe(true)
      expect(text(tested), `${tested} does not import ${name}`).toContain(`from './${file}.js'`)
    }
  })
