import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { temporaryFolder, until } from 'real-components'
import t from 'tap'
import { AddressKeeper } from '../../src/balancers/address-keeper.js'
import { systemClock } from '../../src/clock.js'
import { AgentJournal } from '../../src/reporting/agent-journal.js'
import { smallestConfiguration } from '../rendering/smallest-configuration.js'
import { membershipOf } from '../sample-membership.js'

t.test('the priority follows HAProxy and Serf, and a release', async t => {
  const folder = temporaryFolder(t)
  const [runtimeSocket, binary] = [join(folder, 'r.sock'), join(folder, 'k')]
  writeFileSync(binary, '#!/bin/sh\nexit 0\n', { mode: 0o755 })
  const keepalived = { address: '10.0.0.100/24', interface: 'eth0', binary }
  const configuration = smallestConfiguration({
    haproxy: { configFile: 'h.cfg', runtimeSocket, masterSocket: '/run/m.sock' },
    stateFolder: folder,
    balancers: { keepalived: { ...keepalived, file: join(folder, 'k.conf') } },
  })
  const journal = new AgentJournal(systemClock, () => {})
  const disk = { report: (_: string, error: Error | undefined) => t.equal(error, undefined) }
  const keeper = new AddressKeeper(journal, { file: 'x.yaml', disk })
  const stop = new AbortController()
  const running = keeper.run(configuration, stop.signal)
  const becomes = (number: string) =>
    until(number, () => {
      try {
        return readFileSync(join(folder, 'balancer-priority'), 'utf8') === `${number}\n`
      } catch {
        return false
      }
    })
  await becomes('-254')
  const server = createServer().listen(runtimeSocket)
  t.teardown(() => server.close())
  await becomes('-50')
  journal.dispatch({ kind: 'membership', membership: membershipOf({ lb1: 'alive' }) })
  await becomes('0')
  t.notOk(keeper.isReleased)
  keeper.release()
  await becomes('-254')
  t.ok(keeper.isReleased)
  stop.abort()
  await running
})

t.test('without settings of keepalived the keeper does nothing', async t => {
  const journal = new AgentJournal(systemClock, () => {})
  const keeper = new AddressKeeper(journal, { file: undefined, disk: { report: () => {} } })
  await keeper.run(smallestConfiguration(), new AbortController().signal)
  t.same(journal.record.disk, [])
})
