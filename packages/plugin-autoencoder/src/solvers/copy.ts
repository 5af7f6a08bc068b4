import { type Problem, type Program, solver, Type } from '@recspec/core'

/** The names of tables and weights that belong to a node or to the parts of a macro, without that name. */
const partsOf = (names: Iterable<string>, node: string): ReadonlyMap<string, string> =>
  new Map(
    [...names]
      .filter((name) => name === node || name.startsWith(`${node}.`) || name.startsWith(`${node}/`))
      .map((name) => [name.slice(node.length), name]),
  )

interface Nodes {
  readonly from: readonly string[]
  readonly to: readonly string[]
}

/** For each trained table or weight the one that it becomes equal to. */
const copiesOf = ({ trains, graph }: Problem, { from, to }: Nodes): ReadonlyMap<string, string> => {
  const known = [
    ...graph.tables.keys(),
    ...[...graph.nodes.values()].flatMap((node) =>
      node.kind === 'op' ? Object.keys(node.weights).map((short) => `${node.name}.${short}`) : [],
    ),
  ]
  const found = new Map<string, string>()
  to.forEach((node, place) => {
    const sources = partsOf(known, from[place] ?? '')
    for (const [part, name] of partsOf(trains, node)) {
      const source = sources.get(part)
      if (source !== undefined) found.set(name, source)
    }
  })
  return found
}

const values = ({ tables, weights }: Program, name: string) => tables.get(name)?.values ?? weights.get(name)!

/**
 * Sets tables and weights to those of other nodes, such as an encoder of an earlier round to the present one (the
 * composite prior of RecVAE; Shenbin et al., WSDM 2020). It minimizes nothing, its loss is 0.
 */
export const copy = solver({
  summary: 'Sets nodes to the tables and weights of others: an earlier encoder (Shenbin et al., WSDM 2020).',
  params: Type.Object(
    {
      from: Type.Array(Type.String(), { minItems: 1, description: 'nodes whose tables and weights are copied' }),
      to: Type.Array(Type.String(), { minItems: 1, description: 'for each of these the node that it is copied to' }),
    },
    { additionalProperties: false },
  ),
  kind: 'minimises',
  rejects: (nodes, problem) => {
    if (nodes.from.length !== nodes.to.length)
      return `copies each node to one other, got ${nodes.from.length} and ${nodes.to.length}`
    const copies = copiesOf(problem, nodes)
    const missing = [...problem.trains].find((name) => !copies.has(name))
    return missing === undefined ? undefined : `names nothing that is copied to "${missing}"`
  },
  memory: () => [],
  async *fit(nodes, problem, program, { resume }) {
    // its only report was made
    if (resume) return
    for (const [to, from] of copiesOf(problem, nodes)) {
      const [target, source] = [values(program, to), values(program, from)]
      if (target.length !== source.length)
        throw new Error(`"${to}" has ${target.length} numbers and "${from}" ${source.length}`)
      target.set(source)
    }
    yield { epoch: 1, epochs: 1, step: 1, loss: 0, examples: 0, state: () => ({ numbers: {}, arrays: {} }) }
  },
})
