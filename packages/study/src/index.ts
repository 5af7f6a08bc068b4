export * from './comparison/index.js'
export * from './statistics/index.js'
