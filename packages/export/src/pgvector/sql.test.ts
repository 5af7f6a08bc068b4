import { expect, test } from 'vitest'
import { pgvectorFiles, schemaOf } from './index.js'
import { nearestOf } from './nearest.js'
import { copyCell, identifier, literal, vectorText } from './sql.js'

test('names are quoted, and cut at 63 bytes between characters', () => {
  expect(identifier('a"b; --')).toBe('"a""b; --"')
  expect(identifier(`${'a'.repeat(62)}é`)).toBe(`"${'a'.repeat(62)}"`)
  expect(identifier(`${'"'.repeat(80)}`)).toBe(`"${'""'.repeat(63)}"`)
  expect(identifier('a\0b')).toBe('"ab"')
  expect(schemaOf('public')).toBe('"recspec_public"')
})

test('texts are one line, whatever backslashes mean', () => {
  expect([literal("it's"), literal('a\\b'), literal("'\n")]).toEqual(["'it''s'", "E'a\\\\b'", "E'''\\n'"])
})

test('a cell of COPY is on one line, and no end of the data', () => {
  expect(copyCell('a\tb\nc\rd\\.')).toBe('a\\tb\\nc\\rd\\\\.')
  expect([copyCell(null), copyCell('\\N'), copyCell('')]).toEqual(['\\N', '\\\\N', ''])
})

test('a 32-bit float is the same again', () => {
  const values = Float32Array.from({ length: 1000 }, (_, at) => Math.fround(Math.sin(at) * 10 ** ((at % 60) - 30)))
  const read = JSON.parse(vectorText(values)) as number[]
  expect(Float32Array.from(read)).toEqual(values)
})

test('vectors above 2,000 numbers are indexed as halves, above 4,000 not at all', () => {
  const types = [2000, 2001, 4000, 4001].map((width) => nearestOf({ width, shared: width }))
  expect(types.map(({ indexes }) => indexes.length)).toEqual([2, 2, 2, 0])
  expect(types.map(({ product }) => product('a', 'b'))).toEqual([
    'a.vector <#> b.vector',
    '(a.vector::halfvec(2001)) <#> (b.vector::halfvec(2001))',
    '(a.vector::halfvec(4000)) <#> (b.vector::halfvec(4000))',
    'a.vector <#> b.vector',
  ])
  // the direction of a vector is without its biases
  expect(nearestOf({ width: 18, shared: 16 }).cosine!('a', 'b')).toBe(
    '(subvector(a.vector, 1, 16)::vector(16)) <=> (subvector(b.vector, 1, 16)::vector(16))',
  )
  expect(nearestOf({ width: 2, shared: 0 }).cosine).toBeUndefined()
})

test('ids of the queries end no string and no comment', () => {
  const table = (id: string) => ({ ids: [id], vectors: new Float32Array(2) })
  const [users, items] = [table("'; DROP TABLE x; --\n"), table('b')]
  const files = pgvectorFiles({ name: 'm', users, items, width: 2, shared: 2, constant: 0.5 })
  const queries = String(files.find(({ name }) => name === 'queries.sql')!.content)
  expect(queries).toContain("WHERE person.id = E'''; DROP TABLE x; --\\n'")
  expect(queries).toContain('-nearest.distance + 0.5 AS score')
  expect(queries).not.toMatch(/^; DROP/m)
})
