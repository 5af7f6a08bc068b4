// Every optimizer with a kernel, one line each: its reference is its file here, its kernel the file of the same name in assembly/optimizers.
export { adagrad } from './adagrad.js'
export { adam } from './adam.js'
export { denseAdam } from './denseadam.js'
export { rmsprop } from './rmsprop.js'
export { sgd } from './sgd.js'
