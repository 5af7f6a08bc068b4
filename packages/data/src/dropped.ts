/** How many well-formed rows a rule of the data document left out; these are not rejects. */
export interface Dropped {
  /** The rule in words: "unknown user", "where rating is at least 4". */
  readonly rule: string
  readonly rows: number
}

/** A count with its rule, for display. */
export const printDropped = ({ rule, rows }: Dropped): string => `${rows} dropped (${rule})`

/** The rules that dropped something. */
export const inEffect = (rules: readonly Dropped[]): Dropped[] => rules.filter(({ rows }) => rows > 0)
