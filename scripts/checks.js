// What is checked about the repository that is no test of behaviour: by
// `npm run check`, and as part of `npm test`.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from './setup.js'

const module = (...path) => join(repository, 'node_modules', ...path)

/** The checks, each a program of this repository with its arguments. */
export function checks() {
  return [
    { title: 'format', args: [module('prettier/bin/prettier.cjs'), '--check', '.'] },
    { title: 'lint', args: [module('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings'] },
    // What no other file imports need not be exported.
    { title: 'exports', args: [module('knip/bin/knip.js'), '--no-progress', '--no-config-hints'] },
    { title: 'documentation', args: [join(repository, 'scripts', 'docs.js'), '--check'] },
    ...readdirSync(join(repository, 'packages')).map(name => ({
      title: `package ${name}`,
      args: [module('publint/src/cli.js'), '--strict', join(repository, 'packages', name)],
    })),
  ]
}

/**
 * Runs a check, and prints its name and result; its output is shown only where
 * it fails.
 *
 * @returns whether it passed
 */
export function passes({ title, args }) {
  process.stderr.write(`${title} … `)
  const startedAt = performance.now()
  const { status, signal, stdout, stderr, error } = spawnSync(process.execPath, args, {
    cwd: repository,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  if (status === 0) {
    process.stderr.write(`good (${seconds} s)\n`)
    return true
  }
  const reason = error?.message ?? (signal ? `ended by ${signal}` : `exit code ${status}`)
  process.stderr.write(`failed: ${reason} (${seconds} s)\n${stdout ?? ''}${stderr ?? ''}`)
  return false
}
