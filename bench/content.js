/** Terms of an item: its genres, and the words of its title with the year. */
const termsOf = ({ columns, ids }) => {
  const textOf = (name, item) => {
    const column = columns.get(name)
    if (column?.kind !== 'text') throw new Error(`items need a text column "${name}"`)
    return column.values[column.codes[item]] ?? ''
  }
  return Array.from({ length: ids.count }, (_, item) => [
    ...new Set([
      ...textOf('genres', item).split('|').filter(Boolean),
      ...(textOf('title', item)
        .toLowerCase()
        .match(/[\p{L}\p{N}]+/gu) ?? []),
    ]),
  ])
}

/** tf-idf vectors of length 1, one after the other: term and weight of item i from start[i] to start[i + 1]. */
const vectorsOf = (items) => {
  const terms = termsOf(items)
  const frequency = new Map()
  for (const list of terms) for (const term of list) frequency.set(term, (frequency.get(term) ?? 0) + 1)
  const place = new Map([...frequency.keys()].map((term, index) => [term, index]))
  const start = new Int32Array(terms.length + 1)
  for (const [item, list] of terms.entries()) start[item + 1] = start[item] + list.length
  const weights = terms.flatMap((list) => {
    const own = list.map((term) => Math.log(terms.length / frequency.get(term)))
    const length = Math.hypot(...own) || 1
    return own.map((weight) => weight / length)
  })
  const term = Int32Array.from(terms.flat(), (one) => place.get(one))
  return { start, term, weight: Float64Array.from(weights), width: place.size }
}

/** Distinct items of each user in training. */
const itemsByUser = ({ events, users }) => {
  const lists = Array.from({ length: users.ids.count }, () => new Set())
  for (let row = 0; row < events.count; row++) lists[events.user[row]].add(events.item[row])
  return lists
}

/**
 * Content-kNN with all items as neighbours: the score of an item is the sum of its cosines with the user's items, that
 * is its product with the sum of their vectors.
 */
export const contentScorer = (training) => {
  const { start, term, weight, width } = vectorsOf(training.items)
  const owned = itemsByUser(training)
  const count = training.items.ids.count
  const profile = new Float64Array(width)
  const isCandidate = new Uint8Array(count)
  const scores = new Float64Array(count)
  const countRanks = (users, held, skip) => {
    const above = new Int32Array(held.index.length)
    const tied = new Int32Array(held.index.length)
    for (const [place, user] of users.entries()) {
      profile.fill(0)
      for (const item of owned[user] ?? [])
        for (let k = start[item]; k < start[item + 1]; k++) profile[term[k]] += weight[k]
      isCandidate.fill(1)
      for (const item of skip.index.subarray(skip.start[place], skip.start[place + 1])) isCandidate[item] = 0
      for (let item = 0; item < count; item++) {
        scores[item] = isCandidate[item] ? 0 : Number.NaN
        if (isCandidate[item])
          for (let k = start[item]; k < start[item + 1]; k++) scores[item] += weight[k] * profile[term[k]]
      }
      for (let cell = held.start[place]; cell < held.start[place + 1]; cell++) {
        const score = scores[held.index[cell]]
        for (let item = 0; item < count; item++) {
          above[cell] += +(scores[item] > score)
          tied[cell] += +(scores[item] === score)
        }
      }
    }
    return { above, tied }
  }
  return { countRanks }
}
