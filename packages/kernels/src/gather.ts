/** out[k] = table[rows[k]]. */
export const gather = (table: Float32Array, width: number, rows: Int32Array, out: Float32Array): void => {
  for (let k = 0, to = 0; k < rows.length; k++) {
    for (let from = rows[k]! * width, end = from + width; from < end; ) out[to++] = table[from++]!
  }
}
