import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
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
