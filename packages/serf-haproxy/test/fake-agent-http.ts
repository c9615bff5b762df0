import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import type { Test } from 'tap'
import { controlSocketOf } from '../src/http/agent-client.js'
import { serveAgent } from '../src/http/agent-server.js'
import type { AgentState } from '../src/state/agent-state.js'
import { fakeAgent } from './fake-agent.js'
import { runCommand, writeConfiguration } from './run-command.js'
import { stateWith } from './sample-state.js'

/** Serves a fake agent on its control socket, and runs commands that find it there. */
export async function serveFakeAgent(t: Test, facts: Partial<AgentState> = {}) {
  const folder = temporaryFolder(t)
  const file = await writeConfiguration(folder)
  const stateFolder = join(folder, 'serf-haproxy.state')
  mkdirSync(stateFolder)
  const fake = fakeAgent(stateWith(facts))
  const controlSocket = controlSocketOf(stateFolder)
  const server = await serveAgent({ agent: fake.agent, controlSocket })
  t.teardown(() => server.close())
  return {
    ...fake,
    file,
    folder,
    run: (...args: readonly string[]) => runCommand(...args, '--config', file),
  }
}
