import { spawn } from 'node:child_process'
import { constants, createWriteStream } from 'node:fs'
import { access, readFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { failure } from '../exit.js'
import type { Host } from '../host.js'
import type { Work } from './work.js'

const INSTALL =
  'install it with "pip install pyspark numpy" (it needs Java 17) and put spark-submit on PATH, or set SPARK_HOME'

const isExecutable = async (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )

/** The path of spark-submit: that of SPARK_HOME, or the first on PATH. Throws a failure with how to install it. */
export const findSparkSubmit = async ({ environment }: Host): Promise<string> => {
  const home = environment['SPARK_HOME']
  const folders = [...(home ? [join(home, 'bin')] : []), ...(environment['PATH'] ?? '').split(delimiter)]
  for (const folder of folders) {
    const path = join(folder, 'spark-submit')
    if (folder !== '' && (await isExecutable(path))) return path
  }
  throw failure('engine', 'Spark is not found: there is no spark-submit', INSTALL)
}

/** A job for spark-submit, in the folder of `work`, which gets what Spark says as spark.log. */
export interface SparkJob {
  readonly work: Work
  /** The name of the program in the folder, and its arguments. */
  readonly program: string
  readonly args: readonly string[]
  readonly name: string
  /** MiB of the driver of a local master, which is the executor there too. */
  readonly driverMemory: number
  /** Settings of Spark, `key=value`; later ones win. */
  readonly conf: readonly string[]
  readonly signal?: AbortSignal
  /** Gets each line of JSON that the program prints. */
  onLine(line: Readonly<Record<string, unknown>>): void
}

/**
 * Runs a job and resolves when it is over: false where the signal stopped it. Throws a failure with what Spark says in
 * one line and the place of its log.
 */
export const submitSpark = async (host: Host, job: SparkJob): Promise<boolean> => {
  const submit = await findSparkSubmit(host)
  const { master, threads, folder } = job.work
  const logPath = join(folder, 'spark.log')
  const conf = [
    ...(threads === undefined ? [] : [`spark.driver.memory=${job.driverMemory}m`]),
    ...['spark.ui.enabled=false', 'spark.ui.showConsoleProgress=false'],
    ...job.conf,
  ]
  const args = [
    ...['--master', master, '--name', `recspec ${job.name}`],
    ...conf.flatMap((setting) => ['--conf', setting]),
    join(folder, job.program),
    ...job.args,
  ]
  const child = spawn(submit, args, { env: await environmentOf(host, submit), detached: true })
  const log = createWriteStream(logPath)
  child.stderr.pipe(log)
  // the process group, so that the JVM and Python end too
  const stop = (signal: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal)
    } catch {
      // it is over
    }
  }
  let last: NodeJS.Timeout | undefined
  const onAbort = () => {
    stop('SIGTERM')
    last = setTimeout(() => stop('SIGKILL'), 10_000)
  }
  const onExit = () => stop('SIGKILL')
  process.once('exit', onExit)
  if (job.signal?.aborted) onAbort()
  job.signal?.addEventListener('abort', onAbort, { once: true })
  try {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{')) job.onLine(JSON.parse(line) as Record<string, unknown>)
      else log.write(`${line}\n`)
    })
    const code = await new Promise<number | null>((done, fail) => {
      child.on('error', fail)
      child.on('close', done)
    })
    if (job.signal?.aborted) return false
    if (code !== 0) throw failure('engine', `Spark failed: ${await reasonIn(logPath)}`, `its log is ${logPath}`)
    return true
  } finally {
    clearTimeout(last)
    process.off('exit', onExit)
    job.signal?.removeEventListener('abort', onAbort)
  }
}

/**
 * The environment of spark-submit: Python is the one beside it where there is one, and a local driver needs no name.
 */
const environmentOf = async ({ environment }: Host, submit: string) => {
  const python = join(dirname(submit), 'python3')
  const beside = environment['PYSPARK_PYTHON'] === undefined && (await isExecutable(python))
  return {
    SPARK_LOCAL_IP: '127.0.0.1',
    ...environment,
    PATH: `${dirname(submit)}${delimiter}${environment['PATH'] ?? ''}`,
    ...(beside ? { PYSPARK_PYTHON: python } : {}),
  }
}

/** The first error of a log in one line: that of the cluster before that of the program. */
const reasonIn = async (log: string): Promise<string> => {
  const lines = (await readFile(log, 'utf8')).split('\n').map((line) => line.trim())
  const found =
    lines.find((line) => /^Caused by: /.test(line)) ??
    lines.find((line) => /OutOfMemoryError|No space left|Connection refused|JAVA_HOME/.test(line)) ??
    lines.findLast((line) => /^[\w.]*(Error|Exception)\b/.test(line)) ??
    lines.findLast((line) => line !== '')
  return (found ?? 'it said nothing').replace(/^Caused by: /, '').slice(0, 300)
}
