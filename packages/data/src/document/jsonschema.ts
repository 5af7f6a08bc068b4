import { DataDocument } from './schema.js'

/** The JSON Schema (draft 7) of data documents, as plain JSON, for editors; reading them checks the same schema. */
export const dataSchema = (): Readonly<Record<string, unknown>> => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'recspec data document',
  description: 'Which files hold events, test rows, users and items, and what their columns mean.',
  ...(JSON.parse(JSON.stringify(DataDocument)) as object),
  anyOf: [{ required: ['events'] }, { required: ['test'] }],
})
