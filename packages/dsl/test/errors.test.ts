import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { type ParseError, parse } from 'jsonc-parser'
import { expect, test } from 'vitest'
import { check, printAll, schema } from '../src/index.js'
import type { Kind } from '../src/messages.js'
import { isSeenBySchema } from './schemacodes.js'
import { toy } from './toy.js'

const folder = new URL('../errors/', import.meta.url)
const cases = readdirSync(folder).filter((file) => /\.jsonc?$/.test(file))
const diagnosticsOf = (file: string) =>
  check({ name: file, text: readFileSync(new URL(file, folder), 'utf8') }, [toy]).diagnostics

const accepts = new Ajv({ strict: false, ownProperties: true, logger: false }).compile(schema([toy]))

/**
 * Codes that no document of the gallery can have: their text would be too long, or they need a faulty plugin or
 * `--set`.
 */
const elsewhere = new Set(['too-large', 'plugin-error'])

test('the gallery has every code that messages have', () => {
  const source = readFileSync(new URL('../src/messages.ts', import.meta.url), 'utf8')
  const written = [...source.matchAll(/code: '([a-z-]+)'/g)].map(([, code]) => code!)
  const kinds: readonly Kind[] = [
    'operator',
    'input',
    'loss',
    'solver',
    'split',
    'candidate set',
    'sampler',
    'strategy',
  ]
  const codes = new Set([...written, ...kinds.map((kind) => `unknown-${kind.replace(' ', '-')}`)])
  const found = new Set(cases.flatMap((file) => diagnosticsOf(file).map(({ code }) => code)))
  expect([...codes].filter((code) => !found.has(code) && !elsewhere.has(code))).toEqual([])
})

for (const file of cases) {
  const source = { name: file, text: readFileSync(new URL(file, folder), 'utf8') }
  const { graph, diagnostics, omitted } = check(source, [toy])
  const golden = new URL(file.replace(/jsonc?$/, 'txt'), folder)

  test(`${file} prints its text`, () => {
    expect(graph).toBeUndefined()
    const text = `${printAll({ diagnostics, omitted })}\n`
    if (process.env['UPDATE']) writeFileSync(golden, text)
    expect(text).toBe(readFileSync(golden, 'utf8'))
  })

  test(`${file} holds one mistake, or says how many`, () => {
    const several: Readonly<Record<string, number>> = { 'five.json': 5, 'many.json': 25 }
    expect(diagnostics.length + omitted).toBe(several[file] ?? 1)
  })

  const errors: ParseError[] = []
  const json: unknown = parse(source.text, errors, { allowTrailingComma: true })

  if (errors.length > 0)
    test(`${file} is no JSON to the editor either`, () => {
      expect(diagnostics.map(({ code }) => code)).toEqual(['syntax'])
    })
  else if (file !== 'too-deep.json')
    test(`${file} is refused by the editor's schema if one value or object alone is wrong`, () => {
      expect(accepts(json)).toBe(!diagnostics.some(isSeenBySchema))
    })
}
