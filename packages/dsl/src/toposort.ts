/** Names sorted so that each comes after those it reads, and the cycles among the others. */
export interface Toposort {
  readonly sorted: readonly string[]
  /** Each a closed walk from a name to a reader of it: `a, b, a`. */
  readonly cycles: readonly (readonly string[])[]
}

/** Kahn's algorithm, ties in the given order; without recursion, so that chains may have any length. */
export const toposort = (reads: ReadonlyMap<string, readonly string[]>): Toposort => {
  const sorted: string[] = []
  const cycles: string[][] = []
  const waits = new Map<string, number>()
  const readers = new Map<string, string[]>()
  for (const [name, inputs] of reads) {
    const inside = inputs.filter((input) => reads.has(input))
    waits.set(name, inside.length)
    for (const input of inside) (readers.get(input) ?? readers.set(input, []).get(input)!).push(name)
  }
  const ready = [...reads.keys()].filter((name) => waits.get(name) === 0)
  let next = 0
  const release = (keep: boolean) => {
    for (; next < ready.length; next++) {
      const name = ready[next]!
      if (keep) sorted.push(name)
      waits.delete(name)
      for (const reader of readers.get(name) ?? []) {
        if (!waits.has(reader)) continue
        const left = waits.get(reader)! - 1
        waits.set(reader, left)
        if (left === 0) ready.push(reader)
      }
    }
  }
  release(true)
  // every remaining name reads another remaining one, so a walk along inputs ends in a cycle
  while (waits.size > 0) {
    const walk: string[] = []
    const place = new Map<string, number>()
    let name = waits.keys().next().value!
    while (!place.has(name)) {
      place.set(name, walk.push(name) - 1)
      name = reads.get(name)!.find((input) => waits.has(input))!
    }
    const round = walk.slice(place.get(name)!)
    cycles.push([...round, name].reverse())
    for (const member of round) {
      waits.set(member, 0)
      ready.push(member)
    }
    release(false)
  }
  return { sorted, cycles }
}
