import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/** What these tests read of a package.json. */
export interface Manifest {
  readonly name: string
  readonly version?: string
  readonly license?: string
  readonly type?: string
  readonly sideEffects?: unknown
  readonly types?: string
  readonly engines?: { readonly node?: string }
  readonly files?: readonly string[]
  readonly keywords?: readonly string[]
  readonly exports?: { readonly '.'?: { readonly types?: string; readonly default?: string } }
  readonly imports?: Readonly<Record<string, unknown>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

/** A package of the workspace. */
export interface Package {
  readonly folder: string
  readonly manifest: Manifest
  /** Paths of its TypeScript files relative to the package, tests and generated files left out. */
  readonly sources: readonly string[]
  /** Paths of its tests and of what only they read. */
  readonly tests: readonly string[]
}

/** The files below a folder of the repository, as paths relative to that folder; installed and built ones left out. */
export const filesUnder = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (/^(node_modules|dist|coverage|\.git|\.tensorflow|\.nodes)$/.test(entry.name)) return []
    if (!entry.isDirectory()) return [entry.name]
    return filesUnder(`${folder}/${entry.name}`).map((path) => `${entry.name}/${path}`)
  })

/** The text of a file of the repository. */
export const text = (path: string): string => readFileSync(join(root, path), 'utf8')

/** Every package of the workspace. */
export const packages: readonly Package[] = readdirSync(join(root, 'packages')).map((name) => {
  const folder = `packages/${name}`
  const typescript = filesUnder(folder).filter((path) => path.endsWith('.ts'))
  const tests = typescript.filter((path) => path.endsWith('.test.ts') || path.startsWith('test/'))
  return {
    folder,
    manifest: JSON.parse(text(`${folder}/package.json`)),
    sources: typescript.filter(
      (path) => path.startsWith('src/') && !path.endsWith('.generated.ts') && !tests.includes(path),
    ),
    tests,
  }
})

/** What a TypeScript text imports or re-exports, statically or not. */
export const imported = (source: string): string[] =>
  [
    ...source.matchAll(/(?:^(?:import|export)\b[^'"`;]*?\bfrom\s*|^import\s*|\bimport\s*\(\s*)['"]([\w@./#:-]+)['"]/gm),
  ].map((match) => match[1]!)
