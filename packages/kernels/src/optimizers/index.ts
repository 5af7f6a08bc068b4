// Every optimizer with a kernel, one line each: its reference is its file here, its kernel that in assembly/optimizers.
export { adagrad } from './adagrad.js'
export { adam } from './adam.js'
export { denseAdam } from './denseadam.js'
export { rmsprop } from './rmsprop.js'
export { sgd } from './sgd.js'
