export { Schedule, schedules, scheduleValue as scheduled } from './schedule.js'
