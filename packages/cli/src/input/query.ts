import { failure } from '../exit.js'
import { suggestion } from './entity.js'

/** A user or an item. */
export interface EntityRef {
  readonly entity: 'user' | 'item'
  readonly index: number
}

/** Looks names of a query up among users and items. */
export interface NameLookup {
  /** All users and items with this id or name; of one side where `side` is given. */
  find(text: string, side?: 'user' | 'item'): readonly EntityRef[]
  /** Names that may have been meant. */
  near(text: string): readonly string[]
  /** The id of an entity, for messages. */
  idOf(entity: EntityRef): string
}

/** One term of a sum: an entity and its weight. */
export interface QueryTerm extends EntityRef {
  readonly weight: number
}

const SIGN = /^\s*([+-])\s*/
const WEIGHT = /^\s*(\d+(?:\.\d+)?|\.\d+)\s*\*\s*/
const QUOTED = /^"((?:[^"\\]|\\.)*)"|^'((?:[^'\\]|\\.)*)'/
const AVERAGE = /^avg\(\s*/
const SIDE = /^(user|item):\s*/

/**
 * Reads `Colombia + 0.5 * Turkey - "Germany"` and `avg(Colombia, Turkey)`, which weighs each by its share. Names may
 * contain spaces and signs: the longest known name that ends before a sign or at the end is taken. `user:` or `item:`
 * before a name chooses the side.
 */
export const parseQuery = (text: string, lookup: NameLookup): readonly QueryTerm[] => {
  const terms: QueryTerm[] = []
  let rest = text.trim()
  if (!rest) throw failure('data', 'missing terms in the query', 'write names with + and - between them')
  while (rest) {
    const sign = SIGN.exec(rest)
    if (!sign && terms.length > 0) throw failure('data', `missing + or - before "${rest}"`)
    if (sign) rest = rest.slice(sign[0].length)
    const direction = sign?.[1] === '-' ? -1 : 1
    const plain = operand(rest, lookup)
    const weighted = WEIGHT.exec(rest)
    const read = plain ?? (weighted ? operand(rest.slice(weighted[0].length), lookup) : undefined)
    if (!read) throw unknownName(weighted ? rest.slice(weighted[0].length) : rest, lookup)
    const factor = plain || !weighted ? 1 : Number(weighted[1])
    for (const entity of read.entities) terms.push({ ...entity, weight: (direction * factor) / read.entities.length })
    rest = read.rest.trim()
  }
  return terms
}

/** A name, or the names of an average. */
const operand = (
  text: string,
  lookup: NameLookup,
): { readonly entities: readonly EntityRef[]; readonly rest: string } | undefined => {
  const plain = matchName(text, lookup)
  if (plain) return { entities: [plain.entity], rest: plain.rest }
  const open = AVERAGE.exec(text)
  if (!open) return undefined
  const entities: EntityRef[] = []
  let rest = text.slice(open[0].length)
  for (;;) {
    const read = matchName(rest, lookup, ',)')
    if (!read) throw unknownName(rest, lookup, false, /[,)]/)
    entities.push(read.entity)
    const [next] = read.rest.trimStart()
    if (next !== ',' && next !== ')')
      throw failure('data', `missing , or ) after "${text.slice(0, text.length - read.rest.length)}"`)
    rest = read.rest.trimStart().slice(1).trimStart()
    if (next === ')') return { entities, rest }
  }
}

/** A name at the start of a text, and what follows it. */
export interface NameMatch {
  readonly entity: EntityRef
  readonly rest: string
}

/** The longest known name that ends before one of `stops` or at the end, or a quoted one. */
export const matchName = (text: string, lookup: NameLookup, stops = '+-'): NameMatch | undefined => {
  const prefix = SIDE.exec(text)
  const side = prefix?.[1] as 'user' | 'item' | undefined
  const body = prefix ? text.slice(prefix[0].length) : text
  const quoted = QUOTED.exec(body)
  if (quoted) {
    const called = (quoted[1] ?? quoted[2] ?? '').replace(/\\(.)/g, '$1')
    const entity = findOne(called, lookup, side)
    if (!entity) throw unknownName(called, lookup, true)
    return { entity: entity, rest: body.slice(quoted[0].length) }
  }
  for (const end of nameEnds(body, stops)) {
    const entity = findOne(body.slice(0, end).trim(), lookup, side)
    if (entity) return { entity: entity, rest: body.slice(end) }
  }
  return undefined
}

/** Where a name without quotes may end: at the end, and before each stop; the farthest first. */
const nameEnds = (text: string, stops: string): readonly number[] => {
  const found = [text.length]
  for (let at = text.length - 1; at > 0; at--) if (stops.includes(text[at]!)) found.push(at)
  return found
}

const findOne = (text: string, lookup: NameLookup, side?: 'user' | 'item'): EntityRef | undefined => {
  if (!text) return undefined
  const entities = lookup.find(text, side)
  if (entities.length < 2) return entities[0]
  const written = entities.map((found) => `${found.entity}:"${lookup.idOf(found)}"`)
  const more = written.length > 8 ? ` and ${written.length - 8} more` : ''
  throw failure('data', `ambiguous name "${text}"`, `give one of: ${written.slice(0, 8).join(', ')}${more}`)
}

/** The error about an unknown name: the text up to a sign with spaces around it, or up to another separator. */
export const unknownName = (text: string, lookup: NameLookup, whole = false, separator = /\s[+-]\s/) => {
  const bare = text.replace(SIDE, '')
  const piece = (whole ? bare : (bare.split(separator)[0] ?? bare)).trim()
  if (!piece) return failure('data', 'missing name after a sign or comma')
  const near = lookup.near(piece)
  return failure('data', `unknown name "${piece}"`, suggestion(near) ?? 'names and ids are those of the training data')
}
