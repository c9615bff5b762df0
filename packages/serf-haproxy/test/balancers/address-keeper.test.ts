import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { temporaryFolder, until } from 'real-components'
import t from 'tap'
import { AddressKeeper } from '../../src/balancers/address-keeper.js'
import { systemClock } from '../../src/clock.js'
import type { Configuration } from '../../src/configuration/schema.js'
import { decide } from '../../src/decision/decide.js'
import { noMemory } from '../../src/decision/member-memory.js'
import { openRenderer } from '../../src/rendering/renderer.js'
import { AgentJournal } from '../../src/reporting/agent-journal.js'
import { frozenOf, keptOf } from '../../src/reporting/agent-record.js'
import { smallestConfiguration } from '../rendering/smallest-configuration.js'
import { membershipOf } from '../sample-membership.js'

const membership = membershipOf({ lb1: 'alive', lb2: 'alive', lb3: 'failed' }, { self: 'lb1' })

async function decisionWith(configuration: Configuration) {
  const renderer = await openRenderer(configuration)
  const facts = { membership, servers: undefined, wallTime: 0 }
  const decision = decide(noMemory, facts, renderer.rules, 0)
  const rendering = renderer.render(decision.admitted, new Map(), decision.balancers)
  return { kind: 'decision' as const, decision, rendering }
}

t.test('the priority follows HAProxy and Serf, and a release', async t => {
  const folder = temporaryFolder(t)
  const [runtimeSocket, binary] = [join(folder, 'r.sock'), join(folder, 'k')]
  writeFileSync(binary, '#!/bin/sh\nexit 0\n', { mode: 0o755 })
  const keepalived = { address: '10.0.0.100/24', interface: 'eth0', binary }
  const configuration = smallestConfiguration({
    haproxy: { configFile: 'h.cfg', runtimeSocket, masterSocket: '/run/m.sock' },
    stateFolder: folder,
    balancers: { role: 'backend', keepalived: { ...keepalived, file: join(folder, 'k.conf') } },
  })
  const journal = new AgentJournal(systemClock, () => {})
  const disk = { report: (_: string, error: Error | undefined) => t.equal(error, undefined) }
  const keeper = new AddressKeeper(journal, { file: 'x.yaml', disk })
  const stop = new AbortController()
  const running = keeper.run(configuration, stop.signal)
  const becomes = (number: string) =>
    until(number, () => {
      try {
        return readFileSync(join(folder, 'balancer-priority'), 'utf8').trim() === number
      } catch {
        return false
      }
    })
  await becomes('-254')
  const server = createServer().listen(runtimeSocket)
  t.teardown(() => server.close())
  await becomes('-50')
  journal.dispatch({ kind: 'membership', membership })
  await becomes('0')
  t.equal(keeper.release('address'), undefined, 'without another balancer nothing is released')
  journal.dispatch(await decisionWith(configuration))
  t.same(keeper.release('begin'), { address: '10.0.0.100', others: ['lb2'] })
  t.match(frozenOf(journal.record), { isReleased: true })
  t.equal(keptOf(journal.record).frozen, undefined, 'the next agent is not released')
  t.equal(readFileSync(join(folder, 'balancer-priority'), 'utf8'), '    0\n')
  keeper.release('address')
  await becomes('-254')
  stop.abort()
  await running
})

t.test('without settings of keepalived the keeper does nothing', async t => {
  const journal = new AgentJournal(systemClock, () => {})
  const keeper = new AddressKeeper(journal, { file: undefined, disk: { report: () => {} } })
  await keeper.run(smallestConfiguration(), new AbortController().signal)
  t.same(journal.record.disk, [])
})
