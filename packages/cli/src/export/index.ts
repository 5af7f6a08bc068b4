import type { ExportFormat } from './format.js'
import { pgvector } from './pgvector.js'

/** The formats of `recspec export --to`, in the order of its help. */
export const exportFormats: readonly ExportFormat[] = [pgvector]
