import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { temporaryFolder, type Tidy } from 'real-components'
import { repository } from './packages.js'

/** Settings of a build. */
interface DebOptions {
  /** Folder to write the package to. */
  readonly out: string
  /** Debian's version; by default that of debian/changelog. */
  readonly version?: string
}

/**
 * Builds the package of what is built and bundled already.
 *
 * @param environment - variables over those of this process
 * @returns the path of the package
 */
export function buildDeb(
  options: DebOptions,
  environment: Readonly<Record<string, string>> = {},
): string {
  const script = `import { buildDeb } from './deb.js'
    process.stdout.write(buildDeb(JSON.parse(process.argv[1])))`
  const args = ['--input-type=module', '--eval', script, JSON.stringify(options)]
  return execFileSync(process.execPath, args, {
    cwd: join(repository, 'scripts'),
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  })
}

/** Builds a newer package, whose default settings differ. */
export function newerDeb(t: Tidy, version: string): string {
  const [built, folder] = [temporaryFolder(t), join(temporaryFolder(t), 'tree')]
  const deb = buildDeb({ out: built, version })
  execFileSync('dpkg-deb', ['--raw-extract', deb, folder])
  const defaults = join(folder, 'etc/default/serf-haproxy')
  writeFileSync(defaults, `${readFileSync(defaults, 'utf8')}# New in this version.\n`)
  const out = join(temporaryFolder(t), basename(deb))
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '--build', folder, out])
  return out
}
