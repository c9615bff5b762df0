import { createRequire } from 'node:module'

const manifest = createRequire(import.meta.url)('pool-scaler/package.json') as {
  readonly version: string
}

/** This package's version. */
export const { version } = manifest
