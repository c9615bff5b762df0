import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseModel } from 'haproxy-config-render'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { keepalivedText, priorityFileOf } from '../../src/balancers/keepalived-text.js'
import { balancersSchema } from '../../src/configuration/keepalived-schema.js'

const place = { stateFolder: '/var/lib/serf-haproxy/state', file: '/etc/serf-haproxy.yaml' }
const balancers = [
  { name: 'lb2', address: '10.0.0.6', port: 1024 },
  { name: 'lb1', address: '10.0.0.5', port: 1024, isSelf: true },
  { name: 'lb3', address: '10.0.0.7', port: 1024 },
]
const settings = (more: object = {}) => {
  const { keepalived } = balancersSchema.parse({
    keepalived: { address: '10.0.0.100/24', interface: 'eth0', ...more },
  })
  if (!keepalived) throw new Error('expected settings')
  return keepalived
}
const modelOf = (list: readonly object[]) =>
  parseModel({ runtimeSocket: '/run/x.sock', frontends: [], pools: [], balancers: list })

t.test('keepalived gets the own address and those of the others', async t => {
  const text = keepalivedText(modelOf(balancers), place, settings()) ?? ''
  t.match(
    text,
    /unicast_src_ip 10.0.0.5\n {2}unicast_peer \{\n {4}10.0.0.6\n {4}10.0.0.7\n {2}\}\n/,
  )
  t.match(text, /vrrp_version 3\n[^]*priority 150\n {2}advert_int 0.1\n/)
  t.match(text, /serf-haproxy.js ready --config \/etc\/serf-haproxy.yaml"/)
  t.ok(text.includes(`  file ${priorityFileOf(place.stateFolder)}\n`))
  t.match(text, /virtual_ipaddress \{\n {4}10.0.0.100\/24\n/)
})

t.test('a balancer alone has no peers, and a machine that is none has no text', async t => {
  t.notMatch(keepalivedText(modelOf(balancers.slice(1, 2)), place, settings()), 'unicast_peer')
  const none = parseModel({ runtimeSocket: '/run/x.sock', frontends: [], pools: [] })
  t.equal(keepalivedText(none, place, settings()), undefined)
})

t.test('a path with white space is refused: keepalived has no quotes for it', async t => {
  const file = '/etc/my balancer.yaml'
  t.throws(() => keepalivedText(modelOf(balancers), { ...place, file }, settings()), {
    code: 'unsafe-value',
  })
})

t.test('a template of the user has the balancers and the settings', async t => {
  const template = join(temporaryFolder(t), 'k.hbs')
  writeFileSync(template, '{{#each balancers}}\n{{name}} {{@root.values.interface}}\n{{/each}}\n')
  t.equal(
    keepalivedText(modelOf(balancers), place, settings({ template })),
    'lb1 eth0\nlb2 eth0\nlb3 eth0\n',
  )
})
