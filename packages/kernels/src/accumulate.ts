/** sums[slot[k]] += scale[k] · gradients[k], k ascending, where slot[k] ≥ 0. */
export const accumulate = (
  gradients: Float32Array,
  width: number,
  slot: Int32Array,
  sums: Float32Array,
  scale?: Float32Array,
): void => {
  for (let k = 0; k < slot.length; k++) {
    if (slot[k]! < 0) continue
    const weight = scale ? scale[k]! : 1
    let from = k * width
    for (let to = slot[k]! * width, end = to + width; to < end; to++) sums[to] = sums[to]! + weight * gradients[from++]!
  }
}
