/** Files that the reader of a page brings: what commands of the page read, and no page or command writes. */
export const given: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'README.md': { 'test.csv': 'user,item,plays\nco,s0929,12\nco,s0001,3\njp,s0152,7\n' },
  'docs/measuring.md': { 'other.csv': 'user,item\n42,12\n42,7\n' },
  'docs/serving.md': { 'pairs.csv': 'user,item\n42,12\n42,7\n' },
}
