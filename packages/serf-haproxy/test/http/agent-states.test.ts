import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, temporaryFolder } from 'real-components'
import t from 'tap'
import { controlSocketOf } from '../../src/http/agent-client.js'
import { serveAgent } from '../../src/http/agent-server.js'
import { agentStates } from '../../src/http/agent-states.js'
import { fakeAgent } from '../fake-agent.js'
import { stateWith } from '../sample-state.js'

t.test('states follow the agent, also after it was away', async t => {
  const stateFolder = join(temporaryFolder(t), 'state')
  mkdirSync(stateFolder)
  const controlSocket = controlSocketOf(stateFolder)
  const { agent, set, add } = fakeAgent(stateWith())
  const server = await serveAgent({ agent, controlSocket })
  const listen = { address: '127.0.0.1', port: await freePort('127.0.0.1') }
  const stop = new AbortController()
  const states = agentStates({ listen, stateFolder }, { signal: stop.signal })

  t.match((await states.next()).value, { mode: 'following' })
  set({ mode: 'frozen' })
  add({ kind: 'thawed', text: 'it changed' })
  t.match((await states.next()).value, { mode: 'frozen' })

  await server.close()
  t.match((await states.next()).value, { code: 'no-agent' })
  const again = await serveAgent({ agent, controlSocket })
  t.teardown(() => again.close())
  let { value } = await states.next()
  while (value instanceof Error) ({ value } = await states.next())
  t.match(value, { mode: 'frozen' })

  stop.abort()
  t.same(await states.next(), { value: undefined, done: true })
})

t.test('an agent that is not there at the start is an error', async t => {
  const listen = { address: '127.0.0.1', port: await freePort('127.0.0.1') }
  const { signal } = new AbortController()
  const states = agentStates({ listen, stateFolder: temporaryFolder(t) }, { signal })
  await t.rejects(states.next(), { code: 'no-agent' })
})
