import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** An HAProxy that the suites can run. */
export interface HaproxyRelease {
  /** Release line, such as `2.6`. */
  readonly version: string
  /** Path or name of the executable. */
  readonly program: string
}

/** Folder that `npm test` unpacks other releases into. */
const unpacked = fileURLToPath(new URL('../../../../node_modules/.haproxy', import.meta.url))

/** Lists the installed HAProxy, then those of other Debian releases that `npm test` unpacked. */
export function haproxyReleases(): HaproxyRelease[] {
  const folders = existsSync(unpacked) ? readdirSync(unpacked) : []
  const programs = ['haproxy', ...folders.map(version => join(unpacked, version, 'haproxy'))]
  return programs.flatMap(program => {
    const { stdout } = spawnSync(program, ['-v'], { encoding: 'utf8' })
    const version = /version (\d+\.\d+)/.exec(stdout ?? '')?.[1]
    return version === undefined ? [] : [{ version, program }]
  })
}
