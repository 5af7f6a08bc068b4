import { errorJson, failure } from '../exit.js'
import type { Host } from '../host.js'
import type { Answer, Request } from './child.js'
import { headerOf } from './header.js'
import { localRunner } from './local.js'
import { openPlan } from './plan.js'
import type { Runner } from './runner.js'

/** Runs trials for the process that started this one, until that ends or lets go. */
export const serveTrials = async (host: Host): Promise<void> => {
  if (!process.send)
    throw failure('document', 'run-trials is run by recspec tune --workers', 'recspec tune runs a search')
  // Ctrl-C reaches every process of the terminal: the search says what is to be done
  const end = host.onInterrupt(() => {})
  // messages of reading are printed by the search
  const quiet: Host = { ...host, err: () => {} }
  let runner: Runner | undefined
  const answer = async (request: Request): Promise<Answer | undefined> => {
    if ('stop' in request) return void runner?.stop()
    if ('run' in request) return { record: (await runner!.run(request.run)) ?? null }
    const { file, options, journal } = request.open
    const plan = await openPlan(quiet, file, options)
    const header = headerOf(plan, options)
    runner = localRunner({ host: quiet }, plan, options, header, journal)
    return { opened: header }
  }
  await new Promise<void>((resolve) => {
    process.on('message', async (request: Request) => {
      const answered = await answer(request).catch((error): Answer => ({ error: errorJson(error) }))
      if (answered) process.send!(answered)
    })
    process.once('disconnect', () => resolve())
  })
  end()
  // a trial that still runs belongs to nobody; its checkpoints are on the disk
  host.exit(0)
}
