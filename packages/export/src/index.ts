export { longestVector, type PgvectorTables, pgvectorFiles, type TextFile, type VectorTable } from './pgvector/index.js'
export { pythonString } from './python.js'
