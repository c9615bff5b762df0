import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultTemplate } from 'haproxy-config-render'
import { freePort, until } from 'real-components'
import t from 'tap'
import { runAgent, skip, startPlace } from './agent-place.js'
import { fakeMember, type FakeMember } from './fake-membership.js'

const noHosts = [
  '0.0.0.0',
  '::',
  '255.255.255.255',
  '240.0.0.1',
  '224.0.0.1',
  'ff02::1',
  '169.254.169.254',
  'fe80::1',
  '::ffff:0:0',
  '64:ff9b::a9fe:a9fe',
]

const at = (address: string, port: number, name: string): FakeMember => ({
  ...fakeMember(0),
  name,
  address,
  tags: { port: String(port) },
})

t.test(
  'members at addresses of no host, and at listeners of HAProxy, are left out with a reason',
  { skip },
  async t => {
    const { configuration, file, folder, servers } = await startPlace(t)
    const bind = configuration.frontends[0]?.bind ?? { address: '', port: 0 }
    const ownPort = await freePort('0.0.0.0')
    const template = `${defaultTemplate.source}\nfrontend own\n  bind :${ownPort}\n  default_backend nodes\n`
    writeFileSync(join(folder, 'my.hbs'), template)
    writeFileSync(file, `${readFileSync(file, 'utf8')}template: my.hbs\n`)
    const { agent, tell } = runAgent(t, file)
    const names = async () =>
      (await servers())
        .map(({ name }) => name)
        .toSorted()
        .join()
    const codes = () => agent.state().quarantined.map(({ member, code }) => `${member} ${code}`)

    const strange = noHosts.map((address, i) => at(address, 80, `x${i}`))
    const loops = [
      at(bind.address, bind.port, 'y1'),
      at(`::ffff:${bind.address}`, bind.port, 'y2'),
      at('127.0.0.1', ownPort, 'y3'),
    ]
    tell([fakeMember(1), fakeMember(2), ...strange, ...loops, at(bind.address, 9, 's3')])
    await until('the hosts', async () => (await names()) === 's1,s2,s3')
    const expected = [
      ...strange.map(({ name }) => `${name} address`),
      'y1 loop',
      'y2 loop',
      'y3 loop',
    ]
    await until('the quarantine', () => codes().length === expected.length)
    t.strictSame(codes(), expected)
    t.match(JSON.stringify(agent.explain('y3')), /HAProxy itself does not listen/)
    t.match(JSON.stringify(agent.explain('x6')), /link-local or a metadata service/)

    const balancer = { ...at('10.1.2.3', 80, 'lb'), tags: { role: 'balancer' } }
    tell([balancer, fakeMember(1), at('10.1.2.11', 80, 's4')], 'lb')
    await until('the member of the network', async () => (await names()) === 's4')
    t.match(agent.state().quarantined, [
      { member: 's1', code: 'address', reason: /reaches from 10\.1\.2\.3, and not loopback/ },
    ])
    tell([{ ...balancer, address: '127.0.0.1' }, fakeMember(1), fakeMember(2)], 'lb')
    await until('the members of the host', async () => (await names()) === 's1,s2')
  },
)
