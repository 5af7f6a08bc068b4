export { mlp } from './mlp.js'
