export { createPlugin } from './create.js'
export { main } from './main.js'
export { type PluginNames, pluginNames } from './names.js'
