import { readFile, rm } from 'node:fs/promises'
import { type Checkpoint, readCheckpoint } from '@recspec/core'
import { save } from '../output/save.js'
import type { FoldRecord } from './record.js'

/** What is kept on disk of a trial until it is in the journal: its finished folds, and a checkpoint of the next one. */
export interface Unfinished {
  /** The folds that are finished. */
  folds(): Promise<readonly FoldRecord[]>
  keepFolds(folds: readonly FoldRecord[]): Promise<void>
  checkpoint(fold: number): Promise<Checkpoint | undefined>
  keepCheckpoint(fold: number, content: Uint8Array): Promise<void>
  /** Removes the files, of which the last folds may have been kept by an earlier process. */
  remove(folds: number): Promise<void>
}

/**
 * The files of an unfinished trial beside its journal. `study` is a hash of what the trials depend on: files of another
 * search are never read.
 */
export const unfinishedTrial = (journal: string, study: string, trial: number): Unfinished => {
  const stem = `${journal.replace(/\.jsonl$/, '')}.${study.slice(0, 8)}.trial-${trial}`
  const state = `${stem}.json`
  const checkpoint = (fold: number) => `${stem}.fold-${fold}.safetensors`
  return {
    folds: async () => {
      const content = await readIfThere(state)
      return content ? (JSON.parse(content.toString('utf8')) as FoldRecord[]) : []
    },
    keepFolds: (folds) => save(state, `${JSON.stringify(folds)}\n`),
    checkpoint: async (fold) => {
      const content = await readIfThere(checkpoint(fold))
      return content && readCheckpoint(content)
    },
    keepCheckpoint: (fold, content) => save(checkpoint(fold), content),
    remove: async (folds) => {
      for (const path of [state, ...Array.from({ length: folds }, (_, fold) => checkpoint(fold))])
        await rm(path, { force: true })
    },
  }
}

const readIfThere = (path: string): Promise<Buffer | undefined> =>
  readFile(path).catch((error) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
