import type { Graph, Head } from './graph.js'
import { isLabel } from './label.js'

/** Whether the loss of a head compares items: its target then says which events are positive. */
export const comparesItems = ({ loss }: Head): boolean => {
  const { items } = loss.definition.examples(loss.params)
  return items !== 'own' && items !== 'none'
}

/** Whether only some events are positives of a head: it compares items, and its target is a label. */
export const choosesPositives = (head: Head): boolean => comparesItems(head) && isLabel(head.target)

/**
 * The head whose predictions are served and measured: the one that ranks where it predicts a target, else the first
 * that predicts one, else one with a target that says what is positive; else the one that ranks, else the first.
 */
export const predictingHead = ({ heads, ranking }: Pick<Graph, 'heads' | 'ranking'>): Head => {
  const all = [...(ranking ? [ranking] : []), ...heads.values()]
  const targeted = all.filter(({ target }) => target)
  return targeted.find((head) => !comparesItems(head)) ?? targeted[0] ?? all[0]!
}
