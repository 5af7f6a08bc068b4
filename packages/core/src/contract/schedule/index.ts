export { Schedule, scheduled, schedules } from './schedule.js'
