/** The ids of an entity, each known by its position. */
export interface Ids {
  readonly count: number
  /** The id at a position. */
  at(index: number): string
  /** The position of an id, −1 when it is unknown. */
  indexOf(id: string): number
}

/** Ids from a list without repetitions. */
export const idsOf = (list: readonly string[]): Ids => {
  const index = new Map<string, number>()
  for (const [position, id] of list.entries()) index.set(id, position)
  return { count: list.length, at: (position) => list[position]!, indexOf: (id) => index.get(id) ?? -1 }
}
