import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Failure, found, run } from './process.mjs'
import { GLIBC, LIBRARIES, TENSORFLOW, WHEEL_PYTHON } from './versions.mjs'

/** Finds the tools of the wheel route, or says which are missing and how to get them. */
export function wheelTools(needsPip) {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Failure(`the wheel route is for Linux x64, this is ${process.platform} ${process.arch}`)
  const glibc = process.report.getReport().header.glibcVersionRuntime
  if (!glibc) throw new Failure('the wheel route needs glibc; this Node runs on another C library (musl?)')
  const [major, minor] = glibc.split('.').map(Number)
  if (major < GLIBC[0] || (major === GLIBC[0] && minor < GLIBC[1]))
    throw new Failure(`the wheel needs glibc ${GLIBC.join('.')} or newer, this machine has ${glibc}`)

  const python = [process.env.PYTHON, 'python3', 'python'].find((name) => name && found(name, '--version'))
  const compiler = [process.env.CXX, 'g++', 'c++', 'clang++'].find((name) => name && found(name, '--version'))
  const missing = []
  if (!python) missing.push('python3 (unpacks the wheel; Debian: apt-get install python3, or set PYTHON)')
  if (needsPip && python && !found(python, '-m', 'pip', '--version'))
    missing.push(`pip (downloads the wheel; Debian: apt-get install python3-pip; or pass --wheel with a file)`)
  if (!compiler) missing.push('g++ (compiles the binding; Debian: apt-get install g++; or set CXX)')
  if (missing.length) throw new Failure(`missing on PATH:\n  ${missing.join('\n  ')}`)
  return { python, compiler, strip: found('strip', '--version') }
}

/** Downloads the wheel with pip; returns its path. */
export function downloadWheel(python, folder) {
  const target = join(folder, 'wheel')
  rmSync(target, { recursive: true, force: true })
  run(python, [
    '-m',
    'pip',
    'download',
    `tensorflow-cpu==${TENSORFLOW}`,
    '--no-deps',
    '--no-cache-dir',
    '--dest',
    target,
    '--only-binary=:all:',
    '--implementation=cp',
    `--python-version=${WHEEL_PYTHON}`,
    `--platform=manylinux_${GLIBC.join('_')}_x86_64`,
    '--disable-pip-version-check',
    '--progress-bar=off',
  ])
  return join(
    target,
    readdirSync(target).find((name) => name.endsWith('.whl')),
  )
}

const HEADERS = ['tensorflow/c/', 'tensorflow/core/platform/ctstring', 'tsl/platform/ctstring', 'xla/tsl/c/']

/** Takes the two libraries and the dozen headers of the C API out of the wheel, into `deps` of the package. */
export function unpackWheel({ python, strip }, wheel, home) {
  const fresh = join(home, 'deps.new')
  run(python, [
    '-c',
    `
import shutil, sys, zipfile
from pathlib import Path
wheel, target, libraries, headers = sys.argv[1], Path(sys.argv[2]), sys.argv[3].split(), tuple(sys.argv[4].split())
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        path = name.removeprefix('tensorflow/')
        inner = path.removeprefix('include/')
        if path in libraries: to = target / 'lib' / path
        elif inner != path and inner.startswith(headers) and inner.endswith('.h'): to = target / 'include' / inner
        else: continue
        to.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(name) as source, open(to, 'wb') as out: shutil.copyfileobj(source, out, 1 << 20)
`,
    wheel,
    fresh,
    LIBRARIES.join(' '),
    HEADERS.join(' '),
  ])
  const libraries = LIBRARIES.map((name) => join(fresh, 'lib', name))
  for (const path of libraries) if (!existsSync(path)) throw new Failure(`${wheel} has no ${basename(path)}`)
  if (strip) run('strip', ['--strip-unneeded', ...libraries])
  renameSync(fresh, join(home, 'deps'))
}
