// Programs that a release starts: git, and the npm that runs this one.
import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'

/** The program and the first arguments that start npm: where npm started this, the same npm. */
export const npm = process.env.npm_execpath ? [process.execPath, process.env.npm_execpath] : ['npm']

/** Runs git in a folder; returns its output without the line end. */
export function git(folder, ...args) {
  const options = { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }
  try {
    return execFileSync('git', args, options).trimEnd()
  } catch (error) {
    throw new Error(`git ${args[0]} failed: ${lastLine(error)}`, { cause: error })
  }
}

/** Tries git; returns whether it succeeded. */
export function gitSucceeds(folder, ...args) {
  try {
    git(folder, ...args)
    return true
  } catch {
    return false
  }
}

/** Runs npm in a folder; resolves to its output, also of a failed command: `code` is 0 or not. */
export async function runNpm(folder, ...args) {
  const [command, ...before] = npm
  const options = { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 }
  return promisify(execFile)(command, [...before, ...args], options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  )
}

/** Returns the last line that a failed program printed, or the error's own message. */
export function lastLine({ stderr, message }) {
  return (stderr ?? '').trim().split('\n').at(-1) || message
}
