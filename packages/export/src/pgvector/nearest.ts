/** Numbers of a vector, and how many of them entities of one side are compared by. */
export interface Widths {
  readonly width: number
  readonly shared: number
}

/** How the nearest items are found in SQL. */
export interface Nearest {
  /** Comments on the indexes. */
  readonly note: readonly string[]
  /** Statements that make the indexes of the table `items`. */
  readonly indexes: readonly string[]
  /** Whether products of vectors have an index. */
  readonly indexed: boolean
  /** The negative product of the vectors of two rows, as the index has it. */
  product(a: string, b: string): string
  /** The cosine distance of two rows, without biases; undefined where vectors are biases only. */
  readonly cosine: ((a: string, b: string) => string) | undefined
}

/** The longest vectors that an index of pgvector takes, as 32-bit and as 16-bit floats. */
const [LONGEST, LONGEST_HALF] = [2000, 4000]

/** How a vector of so many numbers is written for its index; undefined where none takes it. */
const typeOf = (width: number): 'vector' | 'halfvec' | undefined =>
  width <= LONGEST ? 'vector' : width <= LONGEST_HALF ? 'halfvec' : undefined

const HNSW = 'WITH (m = 16, ef_construction = 64)'

/** The expressions and indexes for vectors of a width; halves above 2,000 numbers, no index above 4,000. */
export const nearestOf = ({ width, shared }: Widths): Nearest => {
  const type = typeOf(width)
  const own = (row: string) => `${row === '' ? '' : `${row}.`}vector`
  const product = (row: string) => (type === 'halfvec' ? `(${own(row)}::halfvec(${width}))` : own(row))
  // biases are no part of the direction of a vector
  const part = (row: string) => (shared === width ? own(row) : `subvector(${own(row)}, 1, ${shared})`)
  const sharedType = typeOf(shared)
  const direction = (row: string) =>
    shared === width && sharedType !== 'halfvec' ? own(row) : `(${part(row)}::${sharedType ?? 'vector'}(${shared}))`
  const index = (expression: string, operators: string) =>
    `CREATE INDEX ON items USING hnsw (${expression} ${operators}) ${HNSW};`
  return {
    note:
      type === 'halfvec'
        ? [`An index takes at most ${LONGEST} numbers: vectors of ${width} are indexed as 16-bit floats.`]
        : type === undefined
          ? [
              `An index takes at most ${LONGEST_HALF} numbers: vectors of ${width} have none, queries compare all items.`,
            ]
          : [],
    indexes: [
      ...(type ? [index(product(''), `${type}_ip_ops`)] : []),
      ...(shared > 0 && sharedType ? [index(direction(''), `${sharedType}_cosine_ops`)] : []),
    ],
    indexed: type !== undefined,
    product: (a, b) => `${product(a)} <#> ${product(b)}`,
    cosine: shared > 0 ? (a, b) => `${direction(a)} <=> ${direction(b)}` : undefined,
  }
}
