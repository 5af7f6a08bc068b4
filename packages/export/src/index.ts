export { type SparkAls, type SparkObstacle, sparkAls } from './spark/als.js'
export { alsProgram } from './spark/alsprogram.js'
export { itemsPerBlock, rankingProgram, type ScoreScale, type SparkRanking } from './spark/rankingprogram.js'
export { localThreads, type SparkSettings, sparkSettings } from './spark/settings.js'
