/** The files of schemas that a project has for editors. */
export const SCHEMA_FILES = { model: 'recspec.schema.json', data: 'recspec.data.schema.json' } as const

/**
 * Settings of VS Code for a project: documents are JSON with comments, and have their schemas even without `$schema`.
 */
export const EDITOR_SETTINGS = `${JSON.stringify(
  {
    'files.associations': {
      'model.json': 'jsonc',
      'data.json': 'jsonc',
      '*.model.json': 'jsonc',
      '*.data.json': 'jsonc',
    },
    'json.schemas': [
      { fileMatch: ['model.json', '*.model.json'], url: `./${SCHEMA_FILES.model}` },
      { fileMatch: ['data.json', '*.data.json'], url: `./${SCHEMA_FILES.data}` },
    ],
  },
  null,
  2,
)}\n`
