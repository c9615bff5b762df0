import type { Membership } from 'serf-events'
import { createAgent } from '../../src/agent/create-agent.js'
import { loadConfiguration } from '../../src/configuration/load-configuration.js'
import { membershipOf, type ScriptedMember } from './scripted-membership.js'

// An agent as a process of its own, for tests that kill it: its parent sends the members.
const [file = ''] = process.argv.slice(2)
const waiting: Membership[] = []
let wake: (() => void) | undefined

process.on('message', (members: readonly ScriptedMember[]) => {
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
