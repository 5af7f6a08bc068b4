/** The bucket of a token, from 0 to `buckets` − 1: FNV-1a over its UTF-16 code units, with mixed bits. */
export const bucketOf = (token: string, buckets: number): number => {
  let hash = 0x811c9dc5
  for (let place = 0; place < token.length; place++) {
    const unit = token.charCodeAt(place)
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193)
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193)
  }
  // the low bits of FNV-1a alone are not spread well (finalizer of MurmurHash3)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) % buckets
}
