import { builtin, metrics, splits } from '@recspec/core'
import type { Language } from './catalog.js'

/** The built-in operators, splits and metrics of core. */
export const builtinLanguage: Language = { builtin, splits, metrics }
