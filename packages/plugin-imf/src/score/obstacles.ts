import type { OpNode, Problem } from '@recspec/core'
import type { Piece } from './pieces.js'

/** One head, whose weight is a number. */
export const headInTheWay = ({ heads }: Problem): string | undefined => {
  const [head, ...more] = heads
  if (!head || more.length > 0)
    return `trains one head at a time, got ${heads.map(({ name }) => `"${name}"`).join(', ') || 'none'}`
  if (typeof head.weight !== 'number') return `needs a constant weight of head "${head.name}", got a schedule`
  return undefined
}

/** Tables have to be read row by row, each in one place. */
export const tableInTheWay = ({ graph }: Problem, pieces: readonly Piece[]): string | undefined => {
  const seen = new Set<string>()
  for (const piece of pieces)
    for (const { node, table } of [piece.user, piece.item]) {
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

/** Weights of ops on the way from the score to its terms have to be constant. */
export const weightInTheWay = ({ graph, trains }: Problem, pieces: readonly Piece[]): string | undefined => {
  for (const { term } of pieces)
    for (const { node } of term.path)
      for (const [weight, spec] of Object.entries((graph.nodes.get(node) as OpNode).weights))
        if (spec.trainable !== false && trains.has(`${node}.${weight}`))
          return `learns tables only: "${node}" has a trained "${weight}"`
  return undefined
}
