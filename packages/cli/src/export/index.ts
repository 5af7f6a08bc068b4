import type { ExportFormat } from './format.js'
import { keras } from './keras.js'

/** The formats of `recspec export --to`, in the order of its help. */
export const exportFormats: readonly ExportFormat[] = [keras]
