/** A document made to be expensive to check, and what kind it is of. */
export interface HostileDocument {
  readonly kind: string
  readonly text: string
}

/** One document of each kind; `size` values at most in its large part, by default as many as the limits allow. */
export const hostile: (size?: number) => readonly HostileDocument[]

/** Random documents, the same for the same seed. */
export const generated: (seed: number, count: number, size?: number) => readonly HostileDocument[]
