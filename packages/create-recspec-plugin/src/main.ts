import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { createPlugin } from './create.js'
import { pluginNames } from './names.js'

const USAGE = `usage: npm create recspec-plugin <name> [folder] [-- --no-install]

  <name>        my-thing, or @scope/my-thing: documents write my-thing/operator
  [folder]      where the package is written; default: recspec-plugin-<name>
  --no-install  write the files only; default: install the dependencies, build and test
`

/** `npm create recspec-plugin`: writes the package of a plugin, which then tests itself. Gives the exit code. */
export const main = async (argv: readonly string[]): Promise<number> => {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { 'no-install': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    })
    const [name, place, ...rest] = positionals
    if (values.help) {
      process.stdout.write(USAGE)
      return 0
    }
    if (name === undefined || rest.length > 0) {
      process.stderr.write(USAGE)
      return 2
    }
    const names = pluginNames(name)
    const folder = place ?? names.folder
    const files = await createPlugin(resolve(folder), names, new Date().getFullYear())
    process.stdout.write(`${folder}: ${files.length} files of ${names.package}\n`)
    if (!values['no-install'])
      for (const args of [['install', '--no-audit', '--no-fund'], ['run', 'build'], ['test']]) {
        process.stdout.write(`\n> npm ${args.join(' ')}\n`)
        const { status } = spawnSync('npm', args, {
          cwd: resolve(folder),
          stdio: 'inherit',
          shell: process.platform === 'win32',
        })
        if (status !== 0) {
          process.stderr.write(`\nnpm ${args.join(' ')} failed in ${folder}; the files are written\n`)
          return 1
        }
      }
    process.stdout.write(next(folder, names.package, values['no-install'] === true))
    return 0
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    return 2
  }
}

const next = (folder: string, name: string, uninstalled: boolean): string =>
  [
    '\nnext',
    `  cd ${folder}`,
    ...(uninstalled ? ['  npm install', '  npm run build', '  npm test'] : []),
    '  npx recspec check examples/model.json',
    `  npx recspec doctor --plugin .`,
    '',
    `README.md says what each file is for, and how ${name} is released.`,
    '',
  ].join('\n')
