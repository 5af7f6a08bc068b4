import type { Metric } from '../../contract/metric.js'
import { accuracy } from './accuracy.js'
import { auc } from './auc.js'
import { averagePopularity } from './averagepopularity.js'
import { coverage } from './coverage.js'
import { ece } from './ece.js'
import { epr } from './epr.js'
import { f1 } from './f1.js'
import { gini } from './gini.js'
import { hr } from './hr.js'
import { intervalCoverage } from './intervalcoverage.js'
import { logloss } from './logloss.js'
import { mae } from './mae.js'
import { map } from './map.js'
import { mape } from './mape.js'
import { mrr } from './mrr.js'
import { mse } from './mse.js'
import { ndcg } from './ndcg.js'
import { nll } from './nll.js'
import { novelty } from './novelty.js'
import { precision } from './precision.js'
import { recall } from './recall.js'
import { rmse } from './rmse.js'

const known = {
  accuracy,
  auc,
  averagePopularity,
  coverage,
  ece,
  epr,
  f1,
  gini,
  hr,
  intervalCoverage,
  logloss,
  mae,
  map,
  mape,
  mrr,
  mse,
  ndcg,
  nll,
  novelty,
  precision,
  recall,
  rmse,
}

/** Every metric by the name that documents write. */
export const metrics: Readonly<Record<string, Metric>> = known

/** The same with the type of each. */
export type Metrics = typeof known
