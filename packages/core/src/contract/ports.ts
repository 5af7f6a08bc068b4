/**
 * How many nodes a named input of an operator takes, and of what kind:
 * `one` node; `joined`, one node or several vectors that are concatenated; `many`, one node or more;
 * `rows`, an entry of `inputs` that gives rows.
 */
export type Port = 'one' | 'joined' | 'many' | 'rows'

/** The named inputs of an operator, in the order in which a document's `inputs` array fills them. */
export type Ports = Readonly<Record<string, Port>>

/** What arrives at each port: a list at `many`, one value elsewhere. */
export type PortValues<P extends Ports, V> = { readonly [K in keyof P]: P[K] extends 'many' ? readonly V[] : V }
