import { Command } from 'commander'
import type { Context } from '../context.js'
import { serveTrials } from '../study/serve.js'

/** `recspec run-trials`: what `tune --workers` starts; takes its work from that process. */
export const runTrialsCommand = ({ host }: Context): Command =>
  new Command('run-trials').description('runs trials for recspec tune').action(() => serveTrials(host))
