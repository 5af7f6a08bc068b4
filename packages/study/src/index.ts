export * from './comparison/index.js'
export * from './search/index.js'
export * from './statistics/index.js'
