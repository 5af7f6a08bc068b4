export { type KerasWeights, readKerasWeights } from './keras/back.js'
export { artifactFile, type KerasFolder, kerasFolder, weightsFile } from './keras/index.js'
export {
  type ExportedFile,
  type ExportedGraph,
  type GraphSlot,
  ML_OPSET,
  type OnnxExport,
  OPSET,
  onnxExport,
} from './onnx/index.js'
export { longestVector, type PgvectorTables, pgvectorFiles, type TextFile, type VectorTable } from './pgvector/index.js'
export { type SparkAls, type SparkObstacle, sparkAls } from './spark/als.js'
export { alsProgram } from './spark/alsprogram.js'
export { rankingProgram, type ScoreScale, type SparkRanking } from './spark/rankingprogram.js'
export { localThreads, type SparkSettings, sparkSettings } from './spark/settings.js'
