import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ArtifactError, type Checkpoint, type Graph, readCheckpoint } from '@recspec/core'
import { failure } from '../exit.js'
import { fileReason } from '../fileerror.js'
import type { Host } from '../host.js'

/** Reads the checkpoint of `--resume`; throws a `Failure` where document or seed differ from those of the run. */
export const readResume = async (host: Host, path: string, graph: Graph, seed: number): Promise<Checkpoint> => {
  const content = await readFile(resolve(host.cwd, path)).catch((error) => {
    throw failure('artifact', `unreadable checkpoint "${path}": ${fileReason(error)}`)
  })
  const checkpoint = await readCheckpoint(content).catch((error) => {
    if (error instanceof ArtifactError) error.message = `${path}: ${error.message}`
    throw error
  })
  if (!checkpoint)
    throw failure('artifact', `"${path}" is a finished model, not a checkpoint`, 'leave --resume out to train anew')
  if (JSON.stringify(checkpoint.document) !== JSON.stringify(graph.document))
    throw failure('document', `"${path}" was started with another document`, 'give the same file and the same --set')
  if (checkpoint.seed !== seed)
    throw failure(
      'document',
      `"${path}" was started with seed ${checkpoint.seed}, got ${seed}`,
      `--seed ${checkpoint.seed}`,
    )
  return checkpoint
}
