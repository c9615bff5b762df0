import type { Membership } from 'serf-events'
import { createAgent } from '../../src/agent/create-agent.js'
import { loadConfiguration } from '../../src/configuration/load-configuration.js'
import { membershipOf, type FakeMember } from './fake-membership.js'

// An agent in its own process, for tests that kill it. The parent process sends the members.
const [file = ''] = process.argv.slice(2)
const waiting: Membership[] = []
let wake: (() => void) | undefined

process.on('message', (members: readonly FakeMember[]) => {
  waiting.splice(0, waiting.length, membershipOf(members))
  wake?.()
})

async function* membership({ signal }: { signal: AbortSignal }): AsyncGenerator<Membership> {
  while (!signal.aborted) {
    const next = waiting.shift()
    if (next) yield next
    else await new Promise<void>(resolve => (wake = resolve))
  }
}

const agent = createAgent(loadConfiguration(file), { sources: { membership } })
process.send?.('ready')
await agent.run({ signal: new AbortController().signal })
