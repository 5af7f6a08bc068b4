import type { Graph, Head } from './graph.js'

/**
 * The head whose predictions are served and measured: the one that ranks where it has a target, else the first with a
 * target, else the one that ranks, else the first.
 */
export const predictingHead = ({ heads, ranking }: Pick<Graph, 'heads' | 'ranking'>): Head => {
  if (ranking?.target) return ranking
  const all = [...heads.values()]
  return all.find(({ target }) => target) ?? ranking ?? all[0]!
}
