#!/usr/bin/env node
// Packs every package as it would be published and lets publint and are-the-types-wrong judge the tarballs.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pnpmCommand } from './pnpm.mjs'
import { packages, root } from './sources.mjs'

const shell = process.platform === 'win32'
const folder = mkdtempSync(join(tmpdir(), 'recspec-packages-'))
const [pnpm, ...prefix] = pnpmCommand()

/** What a command printed, or undefined when it succeeded. */
const complaint = (command, args, cwd = root) => {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', shell })
  return status === 0 ? undefined : `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`.trim()
}
const tool = (name, ...args) => complaint(join(root, 'node_modules', '.bin', name), args)

const problems = []
try {
  for (const name of packages) {
    const home = join(root, 'packages', name)
    const into = join(folder, name)
    let found = complaint(pnpm, [...prefix, 'pack', '--pack-destination', into], home)
    if (found === undefined) {
      const tarball = join(into, readdirSync(into)[0])
      found =
        tool('publint', 'run', tarball, '--strict') ??
        tool('attw', tarball, '--profile', 'esm-only', '--no-emoji', '--no-color')
    }
    const { name: published } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
    console.log(
      `packages: ${published.padEnd(28)} ${found === undefined ? 'publint and attw find nothing' : 'has problems'}`,
    )
    if (found !== undefined) problems.push(`${published}\n${found}`)
  }
} finally {
  rmSync(folder, { recursive: true })
}
for (const problem of problems) console.error(`\n${problem}`)
process.exitCode = problems.length > 0 ? 1 : 0
