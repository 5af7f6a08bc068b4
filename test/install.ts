import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, realpath, rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type Manifest, packages, root } from './workspace.js'

const execute = promisify(execFile)
const shell = process.platform === 'win32'

/** Runs a program and gives what it printed; throws with both streams where it fails. */
const run = async (command: string, args: readonly string[], cwd: string): Promise<string> => {
  const { stdout } = await execute(command, args, { cwd, shell, maxBuffer: 1 << 26 }).catch((error) => {
    throw new Error(`${command} ${args.join(' ')}\n${error.stdout}${error.stderr}`)
  })
  return stdout
}

/** Packs all packages of the workspace as they would be published. */
const packWorkspace = async (into: string) => {
  const { packCommand } = await import(join(root, 'scripts/pnpm.mjs'))
  const [command, ...args]: [string, ...string[]] = packCommand(into)
  await run(command, args, root)
}

/** Packs the package in a folder as a third party would. */
const packOne = (home: string, into: string) =>
  run('npm', ['pack', '--ignore-scripts', '--offline', '--pack-destination', into], home)

/** A folder in which packages are installed from their tarballs. */
export interface Installation {
  /** Where a project would be: its `node_modules` has the packages that were installed. */
  readonly folder: string
  /** Packs the package in a folder, and installs it in the place of an earlier version. */
  install(home: string): Promise<void>
}

/** What a process printed, and its exit code. */
export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/**
 * An empty folder with the packages of the workspace, packed and unpacked. Each package sees its own dependencies and
 * peers only, as pnpm lays them out: those of the workspace from their tarballs, others from where the workspace has
 * them. No script of a package runs, and nothing comes from the network.
 */
export const installPackages = async (folder: string): Promise<Installation> => {
  const store = join(folder, 'store')
  const modules = join(folder, 'node_modules')
  const tarballs = join(folder, 'tarballs')
  const link = async (from: string, at: string) => {
    if (existsSync(at)) return
    await mkdir(dirname(at), { recursive: true })
    await symlink(from, at, 'junction')
  }
  const unpack = async (home: string) => {
    const { name, version }: Manifest = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'))
    const file = `${name.replace('@', '').replace('/', '-')}-${version}`
    const place = join(store, file, 'node_modules', name)
    await mkdir(place, { recursive: true })
    await run('tar', ['-xzf', join(tarballs, `${file}.tgz`), '-C', place, '--strip-components=1'], folder)
    return { name, home, place }
  }
  const linkDependencies = async ({ name, home, place }: Awaited<ReturnType<typeof unpack>>) => {
    const { dependencies, peerDependencies }: Manifest = JSON.parse(await readFile(join(place, 'package.json'), 'utf8'))
    const siblings = place.slice(0, -name.length)
    for (const dependency of Object.keys({ ...dependencies, ...peerDependencies })) {
      const known = places.get(dependency)
      await link(known ?? (await realpath(join(home, 'node_modules', dependency))), join(siblings, dependency))
    }
  }

  await mkdir(tarballs, { recursive: true })
  await packWorkspace(tarballs)
  const unpacked: Awaited<ReturnType<typeof unpack>>[] = []
  for (const one of packages) unpacked.push(await unpack(join(root, one.folder)))
  const places = new Map(unpacked.map(({ name, place }) => [name, place]))
  for (const one of unpacked) {
    await linkDependencies(one)
    await link(one.place, join(modules, one.name))
  }
  return {
    folder,
    install: async (home) => {
      await packOne(home, tarballs)
      const one = await unpack(home)
      await linkDependencies(one)
      const at = join(modules, one.name)
      await rm(at, { force: true, recursive: true })
      await link(one.place, at)
    },
  }
}

/** Runs a script with Node: its exit code, and what it printed. */
export const runNode = (script: string, args: readonly string[], cwd: string): Promise<Ran> =>
  execute(process.execPath, [script, ...args], { cwd, maxBuffer: 1 << 26 }).then(
    ({ stdout, stderr }) => ({ code: 0, out: stdout, err: stderr }),
    ({ code, stdout, stderr }) => ({ code, out: stdout, err: stderr }),
  )
