import { printAll, type SpecError } from '@recspec/dsl'

/** Whether an error carries the diagnostics of a document. */
export const isSpecError = (error: unknown): error is SpecError =>
  error instanceof Error && error.name === 'SpecError' && 'diagnostics' in error

/** The diagnostics of an error as text, with the number of those that are not shown. */
export const printDiagnostics = ({ diagnostics, omitted = 0 }: SpecError): string => printAll({ diagnostics, omitted })
