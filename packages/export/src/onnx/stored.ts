import {
  type EmbeddingNode,
  type EncodedInput,
  historyEntries,
  type Lookup,
  type LoweredProgram,
  listsOf,
  lookupOf,
  type MatrixNode,
  type NumbersNode,
  type RowSource,
} from '@recspec/core'

type SidedNode = EmbeddingNode | NumbersNode

/**
 * What a model has stored of an entity for a leaf of its graph: entry 0 is the unknown entity, entry i + 1 the i-th.
 * `vectors` has a row of numbers for each row; an entity has one of them (`rows` [entries]; absent: its own), or a list
 * of them (`rows` [entries, length]) of which the first `lengths` count.
 */
export interface StoredLeaf {
  /** [rows, size] */
  readonly vectors: Float32Array
  readonly size: number
  readonly rows?: Int32Array
  /** Steps of a list, padding included. */
  readonly length?: number
  readonly lengths?: Int32Array
  /** Whether the numbers of padding are 0. */
  readonly zeroed?: boolean
}

/** All entities of a side, unknown first. */
const everyone = ({ dataset }: LoweredProgram, side: 'user' | 'item'): Int32Array =>
  Int32Array.from({ length: (side === 'user' ? dataset.users : dataset.items).ids.count + 1 }, (_, entry) => entry - 1)

/**
 * What the program has stored of the entities of a side for a leaf; `bound` has inputs of events that were encoded for
 * them.
 */
export const storedLeaf = (
  program: LoweredProgram,
  node: SidedNode,
  side: 'user' | 'item',
  bound: ReadonlyMap<string, EncodedInput> = new Map(),
): StoredLeaf => {
  const source = program.source(node, bound)
  const axis = { entities: everyone(program, side) }
  if (node.kind === 'numbers') return storedNumbers(source, node, axis)
  const { values, spec } = program.tables.get(node.table)!
  const lookup = lookupOf(node, source, axis)
  if (lookup.of === 'one') return { vectors: values, size: spec.dim, ...ownRows(lookup.rows, values.length / spec.dim) }
  if (lookup.of === 'sequence') {
    const { rows, length, mask } = lookup
    return { vectors: values, size: spec.dim, rows, length, lengths: lengthsOf(mask, length) }
  }
  return lookup.steps ? stepBags(program, lookup, values, spec.dim) : bags(program, lookup, values, spec.dim)
}

/** Rows where they are not those of the entities in order. */
const ownRows = (rows: Int32Array, height: number): Pick<StoredLeaf, 'rows'> =>
  rows.length === height && rows.every((row, entry) => row === entry) ? {} : { rows }

const lengthsOf = (mask: Float32Array, length: number): Int32Array =>
  Int32Array.from({ length: mask.length / length }, (_, entry) => {
    let steps = 0
    while (steps < length && mask[entry * length + steps] !== 0) steps++
    return steps
  })

/** The combined rows of each entity. */
const bags = ({ kernels }: LoweredProgram, lookup: Lookup & { of: 'bag' }, values: Float32Array, size: number) => {
  const vectors = new Float32Array((lookup.start.length - 1) * size)
  const out = kernels.float32(vectors.length)
  kernels.bag(values, size, lookup.start, lookup.rows, lookup.weights, out)
  vectors.set(out)
  return { vectors, size }
}

/** Steps that combine several rows; steps with the same rows and weights share a vector. */
const stepBags = (
  program: LoweredProgram,
  { start, rows, weights, steps }: Lookup & { of: 'bag' },
  values: Float32Array,
  size: number,
): StoredLeaf => {
  const places = new Map<string, number>()
  const firsts: number[] = []
  const found = Int32Array.from({ length: start.length - 1 }, (_, step) => {
    const [from, to] = [start[step]!, start[step + 1]!]
    const key = `${rows.subarray(from, to)} ${weights.subarray(from, to)}`
    const place = places.get(key) ?? firsts.push(step) - 1
    places.set(key, place)
    return place
  })
  const lists = firsts.map((step) => [start[step]!, start[step + 1]!] as const)
  const ends = Int32Array.from({ length: lists.length + 1 })
  lists.forEach(([from, to], k) => {
    ends[k + 1] = ends[k]! + to - from
  })
  const joined = <A extends Int32Array | Float32Array>(of: A, out: A): A => {
    for (const [k, [from, to]] of lists.entries()) out.set(of.subarray(from, to), ends[k])
    return out
  }
  const lookup = {
    of: 'bag',
    start: ends,
    rows: joined(rows, new Int32Array(ends.at(-1)!)),
    weights: joined(weights, new Float32Array(ends.at(-1)!)),
  } as const
  const { length, mask } = steps!
  return { ...bags(program, lookup, values, size), rows: found, length, lengths: lengthsOf(mask, length) }
}

const storedNumbers = (source: RowSource, node: NumbersNode, axis: { readonly entities: Int32Array }): StoredLeaf => {
  if (!source.history) {
    const { numbers, size } = source.input.encoded!
    return { vectors: numbers!, size }
  }
  const { entries, length, mask } = historyEntries(source, node.shape, axis)
  const { numbers, size } = source.reads.along!
  return { vectors: numbers!, size, rows: entries, length, lengths: lengthsOf(mask, length), zeroed: true }
}

/** Histories that an op with a matrix reads, [users + 1, length]: items from 1, 0 for padding, and their weights. */
export interface StoredLists {
  readonly items: Int32Array
  readonly weights: Float32Array
  readonly length: number
}

/** The histories that an op with a matrix reads, unknown user first. */
export const storedLists = (program: LoweredProgram, node: MatrixNode): StoredLists => {
  const { start, index, values } = listsOf(program, node, { entities: everyone(program, 'user') })
  const count = start.length - 1
  let length = 1
  for (let entry = 0; entry < count; entry++) length = Math.max(length, start[entry + 1]! - start[entry]!)
  const items = new Int32Array(count * length)
  const weights = new Float32Array(count * length)
  for (let entry = 0; entry < count; entry++)
    for (let place = start[entry]!, at = entry * length; place < start[entry + 1]!; place++, at++) {
      items[at] = index[place]! + 1
      weights[at] = values?.[place] ?? 1
    }
  return { items, weights, length }
}
