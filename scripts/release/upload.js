// The upload of a release to the registry that npm is configured with.
import { join } from 'node:path'
import { lastLine, runNpm } from './run.js'

/** Environment variables of a workflow that can prove where it runs. */
const identityTokens = ['ACTIONS_ID_TOKEN_REQUEST_URL', 'SIGSTORE_ID_TOKEN']

/** Is true where npm can state with which workflow and commit a package was made. */
export const hasProvenance = identityTokens.some(name => process.env[name] !== undefined)

/**
 * Uploads packages in their order, except those that the registry has already.
 *
 * @param report - is called with each package and its result, `uploaded` or `present`
 * @throws Error for the first package that is refused; before any upload, for one
 *   that the registry has with other contents
 */
export async function upload(packages, { out, report }) {
  const present = await Promise.all(packages.map(({ tag }) => presentIntegrity(tag)))
  for (const [i, each] of packages.entries()) requireSame(each, present[i])
  for (const [i, each] of packages.entries()) {
    if (present[i] === undefined) await publish(each, out)
    report(each, present[i] === undefined ? 'uploaded' : 'present')
  }
}

/** Resolves to the integrity of a version in the registry; undefined if it is not there. */
async function presentIntegrity(tag) {
  const { code, stdout, stderr } = await runNpm('.', 'view', tag, 'dist.integrity', '--json')
  if (code === 0) return stdout.trim() === '' ? undefined : JSON.parse(stdout)
  const { error } = reported(stdout)
  if (error?.code === 'E404') return undefined
  throw new Error(`npm view ${tag} failed: ${summary(error) ?? lastLine({ stderr })}`)
}

function requireSame({ tag, integrity }, present) {
  if (present === undefined || present === integrity) return
  throw new Error(
    `the registry has ${tag} with other contents, expected ${integrity}, got ${present}: ` +
      'it was published from another commit or build; release that commit, or a later version',
  )
}

async function publish({ tag, tarball }, out) {
  // A registry refuses a package that promises a proof and brings none.
  const flags = hasProvenance ? [] : ['--provenance=false']
  const args = ['publish', join(out, tarball), '--json', ...flags]
  const { code, stdout, stderr } = await runNpm('.', ...args)
  if (code === 0) return
  const { error } = reported(stdout)
  throw new Error(
    `the registry refused ${tag}: ${summary(error) ?? lastLine({ stderr })}; ` +
      'remove the cause and run the same command again: it skips what is published',
  )
}

function summary(error) {
  if (error === undefined) return undefined
  const { code, summary: text = '', detail = '' } = error
  return `${code} ${(text || detail).trim().split('\n')[0]}`
}

/** Returns what npm reports as JSON; an empty object where it printed none. */
function reported(stdout) {
  try {
    return JSON.parse(stdout)
  } catch {
    return {}
  }
}
