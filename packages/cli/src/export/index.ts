import type { ExportFormat } from './format.js'
import { keras } from './keras.js'
import { onnx } from './onnx.js'
import { pgvector } from './pgvector.js'
import { npy, parquet, safetensors } from './tables.js'

/** The formats of `recspec export --to`, in the order of its help. */
export const exportFormats: readonly ExportFormat[] = [keras, onnx, parquet, npy, safetensors, pgvector]
