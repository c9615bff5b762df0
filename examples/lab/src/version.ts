import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from './repository.js'

const manifest = join(repository, 'examples/lab/package.json')

/** The lab's version. */
export const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as {
  readonly version: string
}
