export { pythonString } from './python.js'
