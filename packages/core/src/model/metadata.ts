import { ArtifactError } from '../artifact/error.js'
import {
  isCount,
  isListOf,
  isNumber,
  isRecord,
  isRecordOf,
  isText,
  metadataJson,
  metadataText,
} from '../artifact/metadata.js'
import { madeByKey } from '../artifact/safetensors.js'
import type { SolverState } from '../contract/solver.js'
import type { Receipt } from '../evaluation/receipt.js'
import type { MadeBy } from './madeby.js'
import type { Evaluation, RunState } from './model.js'
import type { StoredLoss, StoredOperators } from './stored.js'

type Texts = ReadonlyMap<string, string>

const required = <T>(metadata: Texts, name: string, accepts: (value: unknown) => value is T): T => {
  metadataText(metadata, name)
  return metadataJson(metadata, name, accepts)!
}

/** The normalized document of a model. */
export const readDocument = (metadata: Texts): Readonly<Record<string, unknown>> =>
  required(metadata, 'document', isRecord)

/** The seed of a model. */
export const readSeed = (metadata: Texts): number => {
  const text = metadataText(metadata, 'seed')
  if (!/^\d{1,16}$/.test(text)) throw new ArtifactError('metadata', `metadata "seed" is not an integer`)
  return Number(text)
}

const isPlugin = (value: unknown): value is MadeBy['plugins'][number] =>
  isRecord(value) && isText(value['name']) && isText(value['package']) && isText(value['version'])
const isMadeBy = (value: unknown): value is MadeBy =>
  isRecord(value) &&
  isText(value['core']) &&
  isListOf(isPlugin)(value['plugins']) &&
  (value['data'] === undefined || isRecordOf(isText)(value['data'])) &&
  (value['weights'] === undefined || isText(value['weights']))

/** The versions that a model was trained with. */
export const readMadeBy = (metadata: Texts): MadeBy => required(metadata, madeByKey, isMadeBy)

const isLoss = (value: unknown): value is StoredLoss =>
  isRecord(value) &&
  isRecordOf(isText)(value['inputs']) &&
  isRecord(value['examples']) &&
  ['event', 'row', 'cell'].includes(value['examples']['of'] as string) &&
  ['own', 'sampled', 'in-batch', 'all', 'none'].includes(value['examples']['items'] as string) &&
  [undefined, true].includes(value['logits'] as true) &&
  [undefined, 'score', 'probability'].includes(value['predicts'] as string) &&
  [undefined, true].includes(value['classes'] as true) &&
  (value['deviation'] === undefined || Number.isFinite(value['deviation'])) &&
  typeof value['quadratic'] === 'boolean'
const isKind = (value: unknown): value is StoredOperators['solvers'][number] =>
  value === 'minimises' || value === 'samples'
const isOperators = (value: unknown): value is StoredOperators =>
  isRecord(value) && isRecordOf(isLoss)(value['losses']) && isListOf(isKind)(value['solvers'])

/** The stored declarations of losses and solvers. */
export const readOperators = (metadata: Texts): StoredOperators => required(metadata, 'operators', isOperators)

const isReceipt = (value: unknown): value is Receipt =>
  isRecord(value) && isText(value['tests']) && Number.isInteger(value['seed'])
const isEvaluation = (value: unknown): value is Evaluation =>
  isRecord(value) &&
  isText(value['protocol']) &&
  isRecordOf(isNumber)(value['metrics']) &&
  isRecordOf(isNumber)(value['baseline']) &&
  (value['recent'] === undefined || isRecordOf(isNumber)(value['recent'])) &&
  isCount(value['rows']) &&
  isRecord(value['unknown']) &&
  isCount(value['unknown']['users']) &&
  isCount(value['unknown']['items']) &&
  (value['classes'] === undefined || isListOf(isRecord)(value['classes'])) &&
  (value['trained'] === undefined || isCount(value['trained'])) &&
  (value['receipt'] === undefined || isReceipt(value['receipt']))

/** The evaluation after training, if any. */
export const readEvaluation = (metadata: Texts): Evaluation | undefined =>
  metadataJson(metadata, 'evaluation', isEvaluation)

/** The deviation of each sample of the posterior; undefined for a model without samples. */
export const readDeviations = (metadata: Texts): readonly (number | null)[] | undefined =>
  metadataJson(metadata, 'samples', isListOf(isNumber))

type StoredRun = Omit<RunState, 'state'> & Pick<SolverState, 'numbers'>

const isOutcome = (value: unknown): value is RunState['outcomes'][number] =>
  isRecord(value) &&
  isText(value['solver']) &&
  isCount(value['epoch']) &&
  isCount(value['epochs']) &&
  (value['best'] === undefined || isCount(value['best']))
const isRun = (value: unknown): value is StoredRun =>
  isRecord(value) &&
  isCount(value['phase']) &&
  isCount(value['step']) &&
  Number.isInteger(value['data']) &&
  isListOf(isOutcome)(value['outcomes']) &&
  isRecordOf(isNumber)(value['numbers'])

/** The position of an interrupted run; undefined for a finished model. */
export const readRun = (metadata: Texts): StoredRun | undefined => metadataJson(metadata, 'checkpoint', isRun)

/** Whether the model was saved without its training events. */
export const readCompact = (metadata: Texts): boolean => metadata.get('compact') === 'true'
