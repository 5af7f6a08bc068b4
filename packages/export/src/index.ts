export {
  type ExportedFile,
  type ExportedGraph,
  type GraphSlot,
  ML_OPSET,
  type OnnxExport,
  OPSET,
  onnxExport,
} from './onnx/index.js'
export { pythonString } from './python.js'
