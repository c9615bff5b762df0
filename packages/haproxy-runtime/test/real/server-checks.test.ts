// Health checks and agent checks of servers that are added at run time, on every real HAProxy.
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { haproxyHead, haproxyPlace, haproxyReleases, startHaproxy, until } from 'real-components'
import t, { type Test } from 'tap'
import { createRuntimeClient } from '../../src/index.js'

/** A client for a HAProxy with the empty pool `nodes`. */
async function emptyPool(t: Test, program: string) {
  const place = haproxyPlace(t)
  const config = `${haproxyHead(place)}backend nodes\n  balance roundrobin\n`
  await startHaproxy(t, place, config, program)
  return createRuntimeClient({ socket: place.runtimeSocket })
}

/** Returns the port of an agent that answers every question with `answer`. */
async function agentPort(t: Test, answer: string): Promise<number> {
  const agent = createServer(socket => socket.on('error', () => {}).end(answer))
  agent.listen(0, '127.0.0.1')
  t.teardown(() => agent.close())
  await once(agent, 'listening')
  return (agent.address() as AddressInfo).port
}

for (const { version, program } of haproxyReleases()) {
  t.test(`HAProxy ${version}: an added server follows its agent`, async t => {
    const runtime = await emptyPool(t, program)
    const port = await agentPort(t, '50%\n')
    const options = `weight 100 agent-check agent-inter 50ms agent-port ${port}`
    await runtime.addServer('nodes', { name: 's1', address: '127.0.0.1', port: 9, options })
    const s1 = async () => (await runtime.servers(['nodes']))[0]
    await until('the agent’s weight', async () => (await s1())?.weight === 50)
    t.match(await s1(), { agentChecked: true, checked: false, admin: 'ready', initialWeight: 100 })
  })

  t.test(`HAProxy ${version}: words that contain check start no health check`, async t => {
    const runtime = await emptyPool(t, program)
    const optionsOf = {
      agent: 'agent-check agent-inter 1m agent-port 9',
      proxied: 'port 80 check-send-proxy',
      named: 'check-sni check.example',
      valued: 'cookie check',
      check: '',
    }
    for (const [name, options] of Object.entries(optionsOf)) {
      // Before 3.0 no server that is added at run time may have a cookie.
      if (name === 'valued' && version === '2.6') continue
      await runtime.addServer('nodes', { name, address: '127.0.0.1', port: 9, options })
    }
    for (const { name, checked, agentChecked } of await runtime.servers(['nodes'])) {
      t.equal(checked, false, name)
      t.equal(agentChecked, name === 'agent', name)
    }
  })

  t.test(`HAProxy ${version}: a server's line shows in its state`, async t => {
    const runtime = await emptyPool(t, program)
    const options = 'weight 7 check inter 1m port 81 ssl verify none'
    await runtime.addServer('nodes', { name: 's1', address: '127.0.0.1', port: 9, options })
    await runtime.setWeight('nodes', 's1', 3)
    t.match(await runtime.servers(['nodes']), [
      { weight: 3, initialWeight: 7, checkPort: 81, usesTls: true, checked: true },
    ])
  })
}
