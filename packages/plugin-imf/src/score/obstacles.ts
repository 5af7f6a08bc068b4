import type { Factorization, OpNode, Problem } from '@recspec/core'
import type { ScoreTerm } from './terms.js'

/**
 * Why the heads of a problem cannot be solved in closed form: there has to be one, and its weight has to be a number.
 */
export const headObstacle = ({ heads }: Problem): string | undefined => {
  const [head, ...more] = heads
  if (!head || more.length > 0)
    return `trains one head at a time, got ${heads.map(({ name }) => `"${name}"`).join(', ') || 'none'}`
  if (typeof head.weight !== 'number') return `needs a constant weight of head "${head.name}", got a schedule`
  return undefined
}

/** Why the tables of a score cannot be solved row by row: each has to be read by an id, in one term only. */
export const tableObstacle = ({ graph }: Problem, terms: readonly ScoreTerm[]): string | undefined => {
  const seen = new Set<string>()
  for (const { user, item } of terms)
    for (const { node, table } of [user, item]) {
      if (node === undefined || table === undefined) continue
      const embedding = graph.nodes.get(node)!
      const input = embedding.kind === 'embedding' ? graph.inputs.get(embedding.input) : undefined
      if (input?.definition.reads !== 'key' || embedding.shape.length !== 1)
        return `solves one row per user or item: "${node}" reads "${input ? input.name : node}", which is not an id`
      if (seen.has(table)) return `needs a score linear in each table: "${table}" is in two of its terms`
      seen.add(table)
    }
  return seen.size === 0 ? 'found no table to train' : undefined
}

/** The trained weight of an op between the score and its terms; closed-form solvers need such weights constant. */
export const weightObstacle = ({ graph, trains }: Problem, { linear = [] }: Factorization): string | undefined => {
  for (const node of linear)
    for (const [weight, spec] of Object.entries((graph.nodes.get(node) as OpNode).weights))
      if (spec.trainable !== false && trains.has(`${node}.${weight}`))
        return `trains tables only: "${node}" has a trained "${weight}"`
  return undefined
}
