/** The ids of an entity, numbered from 0. */
export interface Ids {
  readonly count: number
  /** The id with a number. */
  at(index: number): string
  /** The number of an id, −1 where it is unknown. */
  indexOf(id: string): number
}

/** Ids from a list of distinct ids. */
export const idsOf = (list: readonly string[]): Ids => {
  const index = new Map<string, number>()
  for (const [position, id] of list.entries()) index.set(id, position)
  return { count: list.length, at: (position) => list[position]!, indexOf: (id) => index.get(id) ?? -1 }
}
