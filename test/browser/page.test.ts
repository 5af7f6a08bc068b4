import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Installation, installPackages, runNode } from '../install.js'
import { root } from '../workspace.js'
import { chromium, openPage } from './chromium.js'
import { type Site, serve, type Way } from './server.js'

/** Packing, and a browser on a loaded machine. */
const TIMEOUT = 600_000

const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
}
const strict = "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'"
const noWasm = "script-src 'self'"

/** How a page is served: its headers, and whether the worker's file is there. */
const ways: Readonly<Record<string, Way>> = {
  isolated: { headers: isolation },
  'with a strict policy': { headers: { ...isolation, 'content-security-policy': strict } },
  'without the worker`s file': { headers: isolation, hides: 'worker.js' },
  'with a strict policy, without the file': {
    headers: { ...isolation, 'content-security-policy': strict },
    hides: 'worker.js',
  },
  'not isolated': { headers: {} },
  'with a policy against wasm': { headers: { ...isolation, 'content-security-policy': noWasm } },
}

/** What is different in each way. */
interface Expected {
  readonly implementation: 'wasm' | 'typescript'
  readonly threads: number
  /** Workers that were started: those that find out how, and the threads. */
  readonly workers: readonly string[]
  readonly note?: string
  /** What the policy refused. */
  readonly refused?: string
}
const expected: Readonly<Record<string, Expected>> = {
  isolated: { implementation: 'wasm', threads: 2, workers: ['file', 'file', 'file'] },
  'with a strict policy': { implementation: 'wasm', threads: 2, workers: ['file', 'file', 'file'] },
  'without the worker`s file': { implementation: 'wasm', threads: 2, workers: ['file', 'text', 'text', 'text'] },
  'with a strict policy, without the file': {
    ...{ implementation: 'wasm', threads: 1, workers: ['file', 'text'], refused: 'worker-src blob' },
    note: 'the kernels run on one thread: no worker starts',
  },
  'not isolated': {
    ...{ implementation: 'wasm', threads: 1, workers: [] },
    note: 'the kernels run on one thread: there is no shared memory',
  },
  'with a policy against wasm': {
    ...{ implementation: 'typescript', threads: 1, workers: [], refused: 'script-src wasm-eval' },
    note: 'the kernels run in TypeScript: WebAssembly may not be compiled',
  },
}

const browser = chromium()
if (!browser) console.log('no chromium here, so no page is tested: install Debian`s chromium, or set CHROMIUM')

interface Place {
  readonly implementation: 'wasm' | 'typescript'
  readonly threads: number
  readonly backend: string
  readonly notes: readonly string[]
}
interface Answers {
  readonly recommended: readonly (readonly { readonly id: string }[])[]
  readonly digests: Readonly<Record<string, string>>
  readonly mistakes: readonly string[]
}
interface Result {
  readonly place: Place
  readonly answers: Answers
  readonly isolated?: boolean
  readonly violations?: readonly string[]
  /** Files from which workers were started. */
  readonly workers?: readonly string[]
  readonly error?: string
}

let here: Installation
let site: Site
beforeAll(async () => {
  here = await installPackages(await mkdtemp(join(tmpdir(), 'recspec-page-')))
  await cp(join(root, 'test/browser/site'), here.folder, { recursive: true })
  await mkdir(join(here.folder, 'public'))
  await inNode('save', 'public/model.safetensors')
  await build({
    absWorkingDir: here.folder,
    entryPoints: { page: 'page.js', worker: '@recspec/kernels/worker.js' },
    outdir: 'public',
    bundle: true,
    format: 'esm',
    minify: true,
    logLevel: 'error',
  })
  site = await serve(join(here.folder, 'public'), ways)
}, TIMEOUT)
afterAll(async () => {
  await site?.close()
  await rm(here.folder, { recursive: true, force: true })
})

/** Runs `node.js` where no code may be made from text. */
const inNode = async (...argv: readonly string[]): Promise<string> => {
  const script = [join(here.folder, 'node.js'), ...argv]
  const { code, out, err } = await runNode('--disallow-code-generation-from-strings', script, here.folder)
  expect([code, code === 0 ? '' : err]).toEqual([0, ''])
  return out
}

/** The answers of Node with the same implementations, on one thread. */
const nodeAnswers = async ({ implementation, backend }: Omit<Place, 'threads' | 'notes'>): Promise<Answers> => {
  const options = JSON.stringify({ threads: 1, implementation, backend })
  const out = await inNode('answer', 'public/model.safetensors', options)
  return (JSON.parse(out) as Result).answers
}

const open = async (way: string): Promise<Result> => {
  const page = await openPage(browser!, site.url(way))
  try {
    const gone = page.ended.then((printed) => Promise.reject(new Error(`the browser ended\n${printed}`)))
    const result = (await Promise.race([site.result(way), gone])) as Result
    expect(result.error).toBeUndefined()
    return result
  } finally {
    await page.close()
  }
}

test(
  'documents are checked, trained, loaded and served where no code may be made from text',
  async () => {
    const { recommended, digests, mistakes } = await nodeAnswers({ implementation: 'wasm', backend: 'wasm' })
    expect(recommended.map((list) => list.length)).toEqual([5, 5, 5, 5, 5])
    expect(Object.keys(digests)).toEqual(['deep', 'factors'])
    expect(mistakes).toHaveLength(7)
  },
  TIMEOUT,
)

const inPage = browser ? test : test.skip

inPage.each(Object.entries(expected))(
  'a page that was built with a bundler answers as Node does: %s',
  async (way, { implementation, threads, workers, note, refused }) => {
    const { place, answers, isolated, ...found } = await open(way)
    expect(isolated).toBe(way !== 'not isolated')
    expect([place.implementation, place.threads]).toEqual([implementation, threads])
    expect(place.backend).toBe(implementation === 'wasm' ? 'wasm' : 'cpu')
    expect(place.notes).toEqual(note === undefined ? [] : [expect.stringContaining(note)])
    expect(answers).toEqual(await nodeAnswers(place))
    expect(found.workers).toEqual(workers)
    expect([...new Set(found.violations)]).toEqual(refused === undefined ? [] : [refused])
  },
  TIMEOUT,
)
