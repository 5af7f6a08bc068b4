import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { type ParseError, parse } from 'jsonc-parser'
import { expect, test } from 'vitest'
import { check, print, schema } from '../src/index.js'
import { schemaCodes } from './schemacodes.js'
import { toy } from './toy.js'

const folder = new URL('../errors/', import.meta.url)
const cases = readdirSync(folder).filter((file) => /\.jsonc?$/.test(file))
const accepts = new Ajv({ strict: false, ownProperties: true, logger: false }).compile(schema([toy]))

test('the gallery is wide enough', () => {
  expect(cases.length).toBeGreaterThanOrEqual(45)
})

for (const file of cases) {
  const source = { name: file, text: readFileSync(new URL(file, folder), 'utf8') }
  const { graph, diagnostics } = check(source, [toy])
  const golden = new URL(file.replace(/jsonc?$/, 'txt'), folder)

  test(`${file} prints its text`, () => {
    expect(graph).toBeUndefined()
    const text = diagnostics.map(print).join('\n\n') + '\n'
    if (process.env['UPDATE']) writeFileSync(golden, text)
    expect(text).toBe(readFileSync(golden, 'utf8'))
  })

  test(`${file} holds one mistake, or says how many`, () => {
    const several: Readonly<Record<string, number>> = { 'five.json': 5 }
    expect(diagnostics).toHaveLength(several[file] ?? 1)
  })

  test(`${file} is refused by the editor's schema if it is a matter of shape`, () => {
    const errors: ParseError[] = []
    const json: unknown = parse(source.text, errors, { allowTrailingComma: true })
    if (errors.length > 0 || diagnostics[0]?.code === 'too-deep') return
    expect(accepts(json)).toBe(!diagnostics.some(({ code }) => schemaCodes.has(code)))
  })
}
