import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Report, Trained } from '@recspec/core'
import { failure } from '../exit.js'
import { fileReason, isFileError } from '../fileerror.js'
import { eventFile } from '../output/tensorboard.js'

/** Where the reports of a run go while it runs. */
export interface RunLog {
  report(report: Report): void
  /** The run is over: its metrics on test rows. */
  end(trained: Trained): void
}

/** Opens a log: a `.jsonl` file of every report, begun anew, or a folder with an event file of TensorBoard. */
export const openLog = (cwd: string, path: string): RunLog => {
  const to = resolve(cwd, path)
  return whereWritable(path, () => (path.endsWith('.jsonl') ? linesLog(path, to) : boardLog(path, to)))
}

const whereWritable = <T>(path: string, work: () => T): T => {
  try {
    return work()
  } catch (error) {
    if (!isFileError(error)) throw error
    throw failure('output', `--log ${path}: ${fileReason(error)}`, 'give a .jsonl file, or a folder')
  }
}

/** A report without what only a resumed run needs. */
const plain = ({ state: _, sample: __, ...report }: Report) => report

const linesLog = (path: string, to: string): RunLog => {
  mkdirSync(dirname(to), { recursive: true })
  writeFileSync(to, '')
  const add = (line: object) => whereWritable(path, () => appendFileSync(to, `${JSON.stringify(line)}\n`))
  return {
    report: (report) => add({ type: 'report', ...plain(report) }),
    end: ({ evaluation, seconds }) =>
      add({
        type: 'end',
        seconds,
        ...(evaluation ? { protocol: evaluation.protocol, metrics: evaluation.metrics } : {}),
      }),
  }
}

const boardLog = (path: string, folder: string): RunLog => {
  mkdirSync(folder, { recursive: true })
  const now = () => Date.now() / 1000
  const to = join(folder, `events.out.tfevents.${Math.floor(now())}.recspec.${process.pid}`)
  writeFileSync(to, eventFile.start(now()))
  const add = (step: number, values: Readonly<Record<string, number>>) =>
    whereWritable(path, () => appendFileSync(to, eventFile.scalars(now(), step, values)))
  let epoch = 0
  return {
    report: ({ phase, phases, loss, metrics = {} }) => {
      epoch++
      const name = (text: string) => (phases > 1 ? `phase ${phase + 1}/${text}` : text)
      const entries = Object.entries({ loss, ...metrics }).map(([text, value]) => [name(text), value] as const)
      add(epoch, Object.fromEntries(entries))
    },
    end: ({ evaluation }) => {
      const entries = Object.entries(evaluation?.metrics ?? {}).filter(([, value]) => Number.isFinite(value))
      if (entries.length > 0) add(epoch, Object.fromEntries(entries.map(([name, value]) => [`test/${name}`, value])))
    },
  }
}
