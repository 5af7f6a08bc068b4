/** Exit codes; scripts rely on the numbers. */
export const EXIT = {
  ok: 0,
  /** What was compared differs: `diff`, `reproduce`. */
  different: 1,
  document: 2,
  data: 3,
  budget: 4,
  artifact: 5,
  plugin: 6,
  interrupted: 7,
  /** A file that cannot be written: the disk is full, or refuses. */
  output: 8,
  /** An engine outside of the process (Spark) that is not found or failed. */
  engine: 9,
  internal: 70,
  /** Interrupted before training began: nothing was written. */
  stopped: 130,
} as const
export type Reason = Exclude<keyof typeof EXIT, 'ok' | 'different'>

/** An error that the user can fix: one line, a hint, and the reason that decides the exit code. */
export interface Failure extends Error {
  readonly reason: Reason
  readonly hint?: string
}

/** Makes a `Failure`; throw what it returns. */
export const failure = (reason: Reason, message: string, hint?: string): Failure =>
  Object.assign(new Error(message), { reason, ...(hint === undefined ? {} : { hint }) })

// by name, not by class: a plugin may bring a second copy of a package
const REASONS: ReadonlyMap<string, Reason> = new Map<string, Reason>([
  ['SpecError', 'document'],
  ['DataError', 'data'],
  ['ArtifactError', 'artifact'],
  ['KernelMemoryError', 'budget'],
])

/** The kinds of core's `Failure`; training that diverges is fixed in the document. */
const KINDS: ReadonlyMap<unknown, Reason> = new Map<unknown, Reason>([
  ['data', 'data'],
  ['query', 'data'],
  ['budget', 'budget'],
  ['training', 'document'],
  ['plugin', 'plugin'],
  ['engine', 'engine'],
])

/** The reason of diagnostics: the document, or a plugin where all are faults of operators. */
export const diagnosticsReason = (diagnostics: readonly { readonly code: string }[]): Reason =>
  diagnostics.length > 0 && diagnostics.every(({ code }) => code === 'plugin-error') ? 'plugin' : 'document'

/** The reason of an error; an unforeseen one is internal. */
export const reasonOf = (error: unknown): Reason => {
  if (!(error instanceof Error)) return 'internal'
  if ('reason' in error && typeof error.reason === 'string' && Object.hasOwn(EXIT, error.reason))
    return error.reason as Reason
  if (error.name === 'SpecError' && 'diagnostics' in error && Array.isArray(error.diagnostics))
    return diagnosticsReason(error.diagnostics)
  const kind = error.name === 'Failure' && 'kind' in error ? KINDS.get(error.kind) : undefined
  return kind ?? REASONS.get(error.name) ?? 'internal'
}

/** An error as text: message, place and hint; for an internal error, how to report it. */
export const printError = (error: unknown, debug: boolean): string => {
  const thrown = error instanceof Error ? error : new Error(String(error))
  if (reasonOf(error) !== 'internal') {
    const place = placeOf(thrown)
    const hint = hintOf(thrown)
    const cause = debug && thrown.cause instanceof Error ? thrown.cause.stack : undefined
    return [
      thrown.message,
      ...(place ? [`  --> ${place}`] : []),
      ...(hint ? [`  hint: ${hint}`] : []),
      ...(cause ? [cause] : []),
    ].join('\n')
  }
  const [line] = thrown.message.split('\n')
  const report = 'report it with the command and the document: https://github.com/recspec/recspec/issues'
  const stack = debug ? `\n${thrown.stack}` : ''
  return `internal error: ${line}\n  hint: ${report}${debug ? '' : ' (RECSPEC_DEBUG=1 shows where)'}${stack}`
}

/** Hints of errors that carry none. */
const HINTS: ReadonlyMap<string, string> = new Map([
  ['KernelMemoryError', 'the kernels have 4 GiB at most: lower "dim" of the largest embedding, or train on fewer rows'],
])

/** The hint an error carries, if any. */
export const hintOf = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined
  return 'hint' in error && typeof error.hint === 'string' ? error.hint : HINTS.get(error.name)
}

/** The file and line of an error that carries them. */
const placeOf = (error: Error): string | undefined => {
  if (!('file' in error) || typeof error.file !== 'string') return undefined
  return 'line' in error && typeof error.line === 'number' ? `${error.file}:${error.line}` : error.file
}

/** The object under `error` that `--json` prints. */
export const errorJson = (error: unknown) => {
  const reason = reasonOf(error)
  const message = error instanceof Error ? error.message : String(error)
  return { reason, exit: EXIT[reason], message, hint: hintOf(error) ?? '' }
}
