import { Command } from 'commander'
import type { Context } from '../context.js'
export const sampleCommand = (_context: Context): Command => new Command('sample')
