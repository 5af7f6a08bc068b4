import { print, type SpecError } from '@recspec/dsl'

/** Whether an error carries the diagnostics of a document. */
export const isSpecError = (error: unknown): error is SpecError =>
  error instanceof Error && error.name === 'SpecError' && 'diagnostics' in error

/** All diagnostics of an error as text, a blank line between them. */
export const printDiagnostics = (error: SpecError): string => error.diagnostics.map(print).join('\n\n')
