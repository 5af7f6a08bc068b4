/** Row numbers, longest row first, ties ascending: a long row that starts last would keep the other threads waiting. */
export const longestFirst = (start: Int32Array, order: Int32Array): void => {
  let most = 0
  for (let row = 0; row < order.length; row++) most = Math.max(most, start[row + 1]! - start[row]!)
  const place = new Int32Array(most + 2)
  for (let row = 0; row < order.length; row++) {
    const rank = most - (start[row + 1]! - start[row]!) + 1
    place[rank] = place[rank]! + 1
  }
  for (let rank = 1; rank < place.length; rank++) place[rank] = place[rank]! + place[rank - 1]!
  for (let row = 0; row < order.length; row++) {
    const rank = most - (start[row + 1]! - start[row]!)
    order[place[rank]!] = row
    place[rank] = place[rank]! + 1
  }
}
