// What is checked about the repository that is no test of behaviour: by
// `npm run check`, and as part of `npm test`.
import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from './setup.js'

const module = (...path) => join(repository, 'node_modules', ...path)

/** The checks, each a program of this repository with its arguments. */
function checks() {
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

/** Checks that run at the same time; each is one process that reads files. */
const atOnce = 2

/** Runs all checks, prints the result of each, and returns how many passed, and those that failed. */
export async function runChecks() {
  const waiting = checks()
  const count = waiting.length
  const failed = []
  const work = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift())
      if (!(await passes(check))) failed.push(check)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return { passed: count - failed.length, failed }
}

/**
 * Runs a check, and prints its name and result; its output is shown only where
 * it fails.
 *
 * @returns whether it passed
 */
export async function passes({ title, args }) {
  const startedAt = performance.now()
  const { reason, stdout = '', stderr = '' } = await ended(args)
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  process.stderr.write(
    reason === undefined
      ? `${title} … good (${seconds} s)\n`
      : `${title} … failed: ${reason} (${seconds} s)\n${stdout}${stderr}`,
  )
  return reason === undefined
}

/** Resolves with the output of a script, and the reason why it failed. */
function ended(args) {
  const options = { cwd: repository, maxBuffer: 1 << 28 }
  return new Promise(resolve => {
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      if (!error) return resolve({})
      const { signal, code } = error
      const exit = typeof code === 'number' ? `exit code ${code}` : error.message
      resolve({ reason: signal ? `ended by ${signal}` : exit, stdout, stderr })
    })
  })
}
