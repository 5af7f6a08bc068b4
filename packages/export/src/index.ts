export { type KerasWeights, readKerasWeights } from './keras/back.js'
export { artifactFile, type KerasFolder, kerasFolder, weightsFile } from './keras/index.js'
export { pythonLiteral, pythonString } from './python.js'
