import { type Plugin, type PluginSection, pluginProblem } from '@recspec/core'
import type { CandidateCases } from './candidates/kind.js'
import { type Check, runCheck } from './check.js'
import { testHost } from './host.js'
import type { InputCases } from './inputs/kind.js'
import { checksOf, type OperatorCases, preparedSubject, typeOf } from './kind.js'
import type { LayerCases } from './layers/kind.js'
import type { LossCases } from './losses/kind.js'
import type { MacroCases } from './macros/kind.js'
import type { MetricCases } from './metrics/kind.js'
import { kindOf, operatorsOf, type PluginCases } from './plugin.js'
import type { SamplerCases } from './samplers/kind.js'
import type { SolverCases } from './solvers/kind.js'
import type { SplitCases } from './splits/kind.js'

/** Milliseconds that a check may take. */
const TIMEOUT = 120_000

/** Declares the tests of one operator: one for each check, and one for each use that it refuses. */
const testOperator = (plugin: Plugin, section: PluginSection, name: string, cases: OperatorCases): void => {
  const { describe, it } = testHost()
  const kind = kindOf(plugin, section, name)
  const type = typeOf(plugin, name)
  describe(`${kind.noun} ${type}`, () => {
    const prepared = preparedSubject(kind, plugin, name, cases)
    if ('reason' in prepared) {
      it('has cases that it can be checked on', async () => {
        throw new Error(`${type}: ${prepared.reason}`)
      })
      return
    }
    const { subject } = prepared
    const known = new Set(kind.checks.map((check) => check.name))
    const strange = Object.keys(cases.except ?? {}).find((check) => !known.has(check))
    if (strange !== undefined)
      throw new Error(`${type}: "except" names "${strange}", expected ${[...known].join(', ')}`)
    for (const check of checksOf(kind, subject, cases))
      it(`${check.name}: ${check.says}`, () => holds(type, check, subject), TIMEOUT)
    for (const invalid of cases.invalid ?? []) {
      const { message, ...use } = invalid as { readonly message: string }
      it(`refuses ${JSON.stringify(use)}`, async () => {
        const found = kind.refusal(plugin, name, invalid as never)
        if (found === undefined) throw new Error(`${type} takes ${JSON.stringify(use)}, expected "${message}"`)
        if (!found.includes(message)) throw new Error(`${type} refuses with "${found}", expected "${message}"`)
      })
    }
  })
}

const holds = async (type: string, check: Check<unknown>, subject: unknown): Promise<void> => {
  const faults = await runCheck(check, subject)
  if (faults.length > 0) throw new Error(faults.map((fault) => `${type}: ${fault}`).join('\n'))
}

/** Declares the tests of a layer: one for each check. */
export const testLayer = (plugin: Plugin, name: string, cases: LayerCases = {}): void =>
  testOperator(plugin, 'layers', name, cases)

/** Declares the tests of a loss: one for each check. */
export const testLoss = (plugin: Plugin, name: string, cases: LossCases = {}): void =>
  testOperator(plugin, 'losses', name, cases)

/** Declares the tests of an input: one for each check. */
export const testInput = (plugin: Plugin, name: string, cases: InputCases = {}): void =>
  testOperator(plugin, 'inputs', name, cases)

/** Declares the tests of a macro: one for each check. */
export const testMacro = (plugin: Plugin, name: string, cases: MacroCases = {}): void =>
  testOperator(plugin, 'layers', name, cases)

/** Declares the tests of a solver: one for each check. */
export const testSolver = (plugin: Plugin, name: string, cases: SolverCases = {}): void =>
  testOperator(plugin, 'solvers', name, cases)

/** Declares the tests of a metric: one for each check. */
export const testMetric = (plugin: Plugin, name: string, cases: MetricCases = {}): void =>
  testOperator(plugin, 'metrics', name, cases)

/** Declares the tests of a split: one for each check. */
export const testSplit = (plugin: Plugin, name: string, cases: SplitCases = {}): void =>
  testOperator(plugin, 'splits', name, cases)

/** Declares the tests of a candidate set: one for each check. */
export const testCandidates = (plugin: Plugin, name: string, cases: CandidateCases = {}): void =>
  testOperator(plugin, 'candidates', name, cases)

/** Declares the tests of a sampler: one for each check. */
export const testSampler = (plugin: Plugin, name: string, cases: SamplerCases = {}): void =>
  testOperator(plugin, 'samplers', name, cases)

/** Declares the tests of every operator of a plugin, and one of the plugin itself. */
export const testPlugin = (plugin: Plugin, cases: PluginCases = {}): void => {
  const { describe, it } = testHost()
  const operators = operatorsOf(plugin)
  describe(`plugin ${plugin.name}`, () => {
    it('has the form of a plugin', async () => {
      const problem = pluginProblem(plugin)
      if (problem !== undefined) throw new Error(`plugin "${plugin.name}" ${problem}`)
    })
    it('has an operator for every case', async () => {
      for (const [section, named] of Object.entries(cases))
        for (const name of Object.keys(named))
          if (!operators.some((one) => one.section === section && one.name === name))
            throw new Error(`cases for "${name}" in "${section}", which plugin "${plugin.name}" does not have`)
    })
    for (const { section, name } of operators) testOperator(plugin, section, name, cases[section]?.[name] ?? {})
  })
}
