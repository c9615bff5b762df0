import { networkInterfaces } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { InvalidArgumentError } from 'commander'
import { createRuntimeClient } from 'haproxy-runtime'
import { AgentError } from '../agent-error.js'
import type { Release } from '../balancers/release.js'
import { holdConnections } from '../balancers/held-connections.js'
import type { Configuration } from '../configuration/schema.js'
import { agentClient } from '../http/agent-client.js'
import { printableName, printableText } from '../printable-name.js'
import { configuredCommand, type ConfigFlag } from './configured-command.js'
import { print, printJson } from './print.js'
import { readConfiguration } from './read-configuration.js'

/** Interval at which sessions and addresses are looked at. */
const lookMs = 20
/** Time in which keepalived gives the address up. */
const giveUpMs = 3000

/** `serf-haproxy release`. */
export const releaseCommand = configuredCommand(
  'release',
  'give the shared address to another balancer without a lost request, until the agent is restarted',
)
  .option(
    '--finish-ms <number>',
    'time for which open connections may finish before the address moves',
    milliseconds,
    2000,
  )
  .option('--json', 'print the result as JSON')
  .action(release)

async function release(
  flags: ConfigFlag & { readonly finishMs: number; readonly json?: true },
): Promise<void> {
  const configuration = readConfiguration(flags)
  const agent = agentClient(configuration)
  const startedAt = performance.now()
  // The agent is not ready from here on, and still has the address.
  const { address, others } = await agent.post<Release>('/release')
  const held = address === undefined ? 'no address' : await holdConnections(address)
  let unfinished: number
  try {
    unfinished = await finished(configuration, flags.finishMs)
    await agent.post<Release>('/release?step=address')
    if (address !== undefined) await givenUp(address)
  } finally {
    if (typeof held !== 'string') await held.release()
  }
  const tookMs = Math.round(performance.now() - startedAt)
  const problem = typeof held === 'string' && address !== undefined ? held : undefined
  if (flags.json)
    printJson({ address, others, unfinished, tookMs, ...(problem !== undefined && { problem }) })
  else {
    if (problem !== undefined)
      print(`warning: new connections were not held back: ${printableText(problem)}`)
    if (unfinished > 0) print(`warning: ${unfinished} open connections were not finished`)
    const names = others.map(name => printableName(name)).join(', ')
    print(`released ${address ?? 'this balancer'} in ${tookMs} ms; able to take over: ${names}`)
  }
}

/** Waits until HAProxy's clients have finished; returns the number of those that have not in time. */
async function finished({ haproxy, frontends }: Configuration, finishMs: number): Promise<number> {
  const runtime = createRuntimeClient({ socket: haproxy.runtimeSocket })
  const names = new Set(frontends.map(({ name }) => name))
  const deadline = performance.now() + finishMs
  // A connection that the kernel has accepted is in HAProxy a moment later.
  for (let quiet = 0; ;) {
    // A HAProxy that is away has nothing to finish.
    const sessions = await runtime.sessions().catch(() => [])
    const open = sessions.filter(({ frontend }) => names.has(frontend)).length
    quiet = open === 0 ? quiet + 1 : 0
    if (quiet === 3 || performance.now() > deadline) return open
    await wait(lookMs)
  }
}

/** Waits until this machine does not have the address. */
async function givenUp(address: string): Promise<void> {
  const deadline = performance.now() + giveUpMs
  while (
    Object.values(networkInterfaces()).some(all => all?.some(one => one.address === address))
  ) {
    if (performance.now() > deadline)
      throw new AgentError(
        'refused',
        `this machine still has ${address} after ${giveUpMs} ms; expected that keepalived gives it up: see \`serf-haproxy doctor\``,
      )
    await wait(lookMs)
  }
}

function milliseconds(text: string): number {
  if (/^\d{1,7}$/.test(text)) return Number(text)
  throw new InvalidArgumentError(`Expected a number of milliseconds, got ${printableName(text)}.`)
}
