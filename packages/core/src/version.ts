import manifest from '../package.json' with { type: 'json' }

/** Version of this package; artifacts store it. */
export const coreVersion: string = manifest.version
