import { type Graph, type Input, type InputNode, type InputSource, lower } from '@recspec/core'
import { testKernels } from '../kernels.js'
import { world } from '../world.js'
import type { InputUse } from './kind.js'

/** An input as core learned it from the data of the kit. */
export interface Learned {
  readonly state: unknown
  readonly height: number
  /** What `learn` was given. */
  readonly source: InputSource
  /** What `encode` was given while the data was bound. */
  readonly given: readonly unknown[]
}

/** The input `x` of a document, else the first of its type. */
export const nodeOf = ({ inputs }: Graph, input: Input): InputNode | undefined => {
  const all = [...inputs.values()].filter(({ definition }) => definition === input)
  return all.find(({ name }) => name === 'x') ?? all[0]
}

/** Binds a graph to the data of the kit, and returns what core learned for an input. Throws what core throws. */
export const learnedOf = async (
  { graph, cells }: Pick<InputUse, 'graph' | 'cells'>,
  input: Input,
): Promise<Learned> => {
  let source: InputSource | undefined
  const given: unknown[] = []
  const spied: Input = {
    ...input,
    learn: (params, from) => {
      source = from as InputSource
      return input.learn(params, from)
    },
    encode: (params, state, value) => {
      given.push(value)
      return input.encode(params, state, value)
    },
  }
  const own = nodeOf(graph, input)!
  const inputs = new Map(
    [...graph.inputs].map(([name, node]) => [name, name === own.name ? { ...node, definition: spied } : node]),
  )
  const program = lower({ ...graph, inputs }, world(cells), { kernels: await testKernels(), seed: 1 })
  const { state, height } = program.inputs.get(own.name)!
  program.bind(program.dataset.events)
  if (input.reads === 'interactions')
    for (const node of graph.nodes.values())
      if (node.kind === 'embedding' && inputs.get(node.input)?.definition === spied) program.sideValues(node.name)
  return { state, height, source: source!, given }
}

/** Values that `encode` may meet: those of the data, unknown ones, missing ones, and numbers and texts that are odd. */
export const valuesOf = (input: Input, { given }: Pick<Learned, 'given'>): readonly unknown[] => {
  const distinct = [...new Map(given.map((value) => [JSON.stringify(value) ?? 'none', value])).values()].slice(0, 40)
  const cells = input.numeric
    ? [undefined, 0, -1, 1e9, 0.5]
    : [undefined, '', ' ', 'never seen before', 'ünïcode 😀', -1, 1e9, 0.5]
  switch (input.reads) {
    case 'key':
      return [...new Set([-1, 0, 1, ...(distinct as number[])])]
    case 'column':
      return [...distinct, ...cells]
    case 'columns': {
      const width = (distinct[0] as readonly unknown[] | undefined)?.length ?? 1
      return [...distinct, ...cells.map((cell) => Array.from({ length: width }, () => cell))]
    }
    case 'interactions':
      return [...distinct, { entities: [] }, { entities: [-1, 0], values: [1, Number.NaN], times: [1, Number.NaN] }]
    case 'vector':
      return [...distinct, undefined]
  }
}

/** What `encode` gives, as text; a sentence that refuses the value is a result too. */
export const encodedText = (
  input: Input,
  params: Readonly<Record<string, unknown>>,
  state: unknown,
  value: unknown,
): string => {
  try {
    const { rows, values } = input.encode(params, state, value as never)
    return JSON.stringify([rows && Array.from(rows), values && Array.from(values)])
  } catch (error) {
    return `refused: ${(error as Error).message}`
  }
}
