import { cpSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from 'real-components'
import type { Test } from 'tap'

const folder = fileURLToPath(new URL('../../../test/adopt/corpus/', import.meta.url))

/** Names of the configurations in the corpus. */
export const corpusNames: readonly string[] = readdirSync(folder)

/** Copies a configuration to a folder of the test, and returns its files as `-f` takes them. */
export function copyOfCorpus(t: Test, name: string): readonly string[] {
  const own = join(temporaryFolder(t), name)
  cpSync(join(folder, name), own, { recursive: true })
  const names = readdirSync(own)
  return names.includes('haproxy.cfg')
    ? [join(own, 'haproxy.cfg')]
    : [join(own, 'global.cfg'), join(own, 'conf.d')]
}
