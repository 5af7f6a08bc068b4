import { Command } from 'commander'
import type { Context } from '../context.js'
export const initCommand = (_context: Context): Command => new Command('init')
