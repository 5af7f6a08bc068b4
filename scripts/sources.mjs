import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** The folders of the packages. */
export const packages = readdirSync(join(root, 'packages')).filter((name) =>
  existsSync(join(root, 'packages', name, 'package.json')),
)

/** What decides which packages are installed. */
export const manifests = () => [
  'package.json',
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  'site/package.json',
  ...packages.map((name) => `packages/${name}/package.json`),
]

const skipped = /(^|\/)(node_modules|dist|test|README\.md)$|\.test\.ts$|\.generated\.ts$/

/** What decides what is built: no tests, and nothing that the build itself writes. */
export const sources = () => {
  const found = [...manifests(), 'tsconfig.json', 'tsup.library.ts']
  const visit = (path) => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      const inner = `${path}/${entry.name}`
      if (skipped.test(inner)) continue
      if (entry.isDirectory()) visit(inner)
      else found.push(inner)
    }
  }
  visit('packages')
  return found
}

/** A hash over the paths and the bytes of files. */
export const fingerprint = (paths) => {
  const hash = createHash('sha256')
  for (const path of [...paths].sort())
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0')
  return hash.digest('hex')
}
