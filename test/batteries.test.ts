import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packages, root, text } from './workspace.js'

const sections = ['inputs', 'layers', 'losses', 'solvers'] as const

type Plugin = Partial<Record<(typeof sections)[number], object>>

const isPlugin = (value: unknown): value is Plugin =>
  typeof value === 'object' && value !== null && 'apiVersion' in value

for (const { folder, manifest, sources } of packages.filter(({ folder }) => folder.startsWith('packages/plugin-')))
  test(`${manifest.name}: every operator has a file of its name, with a test beside it that uses it`, async () => {
    const plugins = Object.values(await import(join(root, folder, 'src/index.ts'))).filter(isPlugin)
    expect(plugins).toHaveLength(1)
    const operators = sections.flatMap((section) =>
      Object.keys(plugins[0]![section] ?? {}).map((name) => ({ section, name })),
    )
    expect(operators.length).toBeGreaterThan(0)
    for (const { section, name } of operators) {
      const file = name.replaceAll('-', '')
      const source = sources.find((path) => path.endsWith(`/${file}.ts`))
      expect(source, `${name} has no file ${file}.ts`).toBeDefined()
      const tested = `${folder}/${source!.replace(/\.ts$/, '.test.ts')}`
      expect(existsSync(join(root, tested)), `${name} has no ${tested}`).toBe(true)
      const battery = text(tested)
      expect(battery, `${tested} does not import ${name}`).toContain(`from './${file}.js'`)
      if (section === 'losses')
        expect(battery, `${tested} checks no gradient`).toMatch(/\btf\s*\.grad|checkGradients\(/)
    }
  })
