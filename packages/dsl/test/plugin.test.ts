import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { tucker } from '../../../test/plugins/tucker/src/index.js'
import { check, schema } from '../src/index.js'

const folder = fileURLToPath(new URL('../../../test/plugins/tucker/documents/', import.meta.url))
const documents = readdirSync(folder).map((name) => ({ name, text: readFileSync(folder + name, 'utf8') }))
const accepts = new Ajv({ strict: false, ownProperties: true, logger: false }).compile(schema([tucker]))

/** Messages and hints of a document of the plugin after a change of its text. */
const findings = (name: string, from: string, to: string) => {
  const { text } = documents.find((one) => one.name === name)!
  expect(text).toContain(from)
  const changed = text.replace(from, to)
  return { ...check({ name, text: changed }, [tucker]), accepted: accepts(JSON.parse(changed)) }
}

describe.each(documents)('$name', ({ name, text }) => {
  test('is right, and accepted by the schema of its plugin alone', () => {
    const { graph, diagnostics } = check({ name, text }, [tucker])
    expect(diagnostics).toEqual([])
    expect(graph!.plugins).toEqual([{ name: 'tucker', package: 'recspec-plugin-tucker', version: '0.1.0' }])
    expect([accepts(JSON.parse(text)), accepts.errors]).toEqual([true, null])
  })
})

test.each([
  ['rated.json', 'tucker/excess', 'tucker/exces', 'unknown metric "tucker/exces"', 'did you mean "tucker/excess"?'],
  ['all.json', 'tucker/odd', 'tucker/even', 'unknown split "tucker/even"', 'known: '],
  ['all.json', 'tucker/nearby', 'tucker/odd', 'unknown candidate set "tucker/odd"', '"tucker/odd" is a split'],
  ['own.json', '"tucker/own"', '"tucker/recent_"', 'unknown sampler "tucker/recent_"', 'did you mean "tucker/recent"?'],
  ['all.json', '"halfLife": 5', '"halfLife": -5', 'invalid "halfLife": expected a number > 0, got -5', undefined],
  ['all.json', '"radius": 4', '"radii": 4', 'unknown property "radii"', 'known here: type, radius'],
  ['all.json', 'tucker/gain@5(best)', 'tucker/gain@5(worst)', 'unknown variant "worst"', undefined],
])('%s with %s as %s', (name, from, to, message, hint) => {
  const { diagnostics, accepted } = findings(name, from, to)
  expect(diagnostics[0]!.message).toContain(message)
  if (hint !== undefined) expect(diagnostics[0]!.hint).toContain(hint)
  expect(accepted).toBe(false)
})

test.each([
  ['"tucker/own"', '{ "type": "tucker/own", "width": 3 }, "shared": true', 'draws shared negatives'],
  ['"count": 3', '"count": 3, "hard": 2', 'corrects all draws, not the hardest one'],
])('negatives that a sampler cannot draw are refused: %s as %s', (from, to, message) => {
  const { diagnostics } = findings('own.json', from, to)
  expect(diagnostics.map((one) => one.message).join('\n')).toContain(message)
})
