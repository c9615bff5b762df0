import { AgentError } from '../agent-error.js'
import type { Configuration } from '../configuration/schema.js'
import { checkAgent, unreadable } from './check-agent.js'
import { checkBalancers } from './check-balancers.js'
import { checkFiles } from './check-files.js'
import { checkFolders } from './check-folders.js'
import { checkHaproxy } from './check-haproxy.js'
import { checkListeners } from './check-listeners.js'
import { checkOutputs } from './check-outputs.js'
import { checkSerf } from './check-serf.js'
import { checkTemplate } from './check-template.js'
import { fail, ok, type Finding } from './finding.js'

type Check = (configuration: Configuration, signal: AbortSignal) => Promise<readonly Finding[]>

const checks: readonly Check[] = [
  checkAgent,
  checkSerf,
  checkHaproxy,
  checkListeners,
  checkFiles,
  checkOutputs,
  checkFolders,
  checkTemplate,
  checkBalancers,
]

/** Runs all checks at once. Changes nothing. */
export async function examine(
  load: () => Configuration,
  { signal }: { signal: AbortSignal },
): Promise<readonly Finding[]> {
  let configuration: Configuration
  try {
    configuration = load()
  } catch (error) {
    if (error instanceof AgentError) return [unreadable(error)]
    throw error
  }
  const findings = await Promise.all(checks.map(check => attempt(check, configuration, signal)))
  return [ok('configuration', 'is valid'), ...findings.flat()]
}

/** Runs one check. An unexpected error is a finding, so that the other results are not lost. */
async function attempt(
  check: Check,
  configuration: Configuration,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  try {
    return await check(configuration, signal)
  } catch (error) {
    const { message } = error as Error
    return [fail(check.name.replace(/^check/, '').toLowerCase(), message, 'see docs/errors.md')]
  }
}
