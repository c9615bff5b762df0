import t from 'tap'
import { defaultTemplate } from '../../src/template/default-template.js'
import type { PoolMember } from '../../src/pools/server-from-member.js'
import { member, modelOf, serversOf, web } from './web-members.js'

t.test('a member on its way out is drained, whatever its tags say', async t => {
  const policy = { ...web, weight: { tag: 'w', default: 7 } }
  const members = [
    member('s1', { draining: true, tags: { role: 'web', w: '9' } }),
    member('s2', { draining: false }),
  ]
  t.strictSame(
    serversOf(members, policy).map(({ weight }) => weight),
    [0, 7],
  )
})

t.test('a member that cannot be printed is quarantined, and all others are rendered', async t => {
  const hostile: readonly (readonly [PoolMember, string])[] = [
    ...['s9\n  server evil 10.6.6.6:80', 'two words', 'a;b', '#', '$HOME', '-f', '', 'Zürich'].map(
      name => [member(name), 'name'] as const,
    ),
    ...['a\0b', 'a\r', 'x'.repeat(65), 'x'.repeat(10_000_000)].map(
      name => [member(name), 'name'] as const,
    ),
    ...[
      'example.org',
      '',
      '10.0.0.1\n',
      '10.0.0.256',
      '10.0.0.1:80',
      '[::1]',
      'fe80::1%eth0',
      '0.0.0.0',
      '0:0::0',
    ].map((address, i) => [member(`h${i}`, { address }), 'address'] as const),
    ...['x', '', '-1', '1e3', '99999', '0x50', '80 backup', '8'.repeat(10_000_000)].map(
      (port, i) => [member(`p${i}`, { tags: { role: 'web', port } }), 'port'] as const,
    ),
    ...['a\nb', 'a\0', 'x'.repeat(257), 'x'.repeat(10_000_000)].map(
      (zone, i) => [member(`z${i}`, { tags: { role: 'web', zone } }), 'tag'] as const,
    ),
  ]
  const good = [member('s1'), member('y'.repeat(64), { address: '::1' })]
  const members = [...hostile.map(([bad]) => bad), ...good]
  const policy = { ...web, port: { tag: 'port', default: 80 }, printTags: ['zone'] }

  const { model, quarantined } = modelOf(members, [policy])

  t.strictSame(
    model.pools[0]?.servers.map(({ name }) => name),
    ['s1', 'y'.repeat(64)],
  )
  t.equal(quarantined.length, hostile.length)
  for (const [bad, code] of hostile) {
    const found = quarantined.find(one => one.member === bad.name)
    t.match(found, { pool: 'app', code }, bad.name.slice(0, 50))
    t.ok((found?.reason.length ?? 1000) < 300)
    t.notMatch(found?.reason, '\n', 'a reason is one line')
  }
  t.equal(defaultTemplate.render(model).lines.length, 2)
})

function codesOf(address: string, balancerAddress?: string): string[] {
  const from = balancerAddress === undefined ? {} : { balancerAddress }
  const members = [member('s1', { address, ...from })]
  return modelOf(members, [{ ...web, port: 8080 }]).quarantined.map(({ code }) => code)
}

t.test(
  'loopback is the address of a host only in the cluster of a balancer on loopback',
  async t => {
    for (const address of ['127.0.0.1', '127.1.2.3', '::1', '::ffff:127.0.0.1']) {
      t.strictSame(codesOf(address, '10.0.0.9'), ['address'], address)
      t.strictSame(codesOf(address, 'fd00::9'), ['address'], address)
      t.strictSame(codesOf(address, '127.0.64.42'), [], address)
      t.strictSame(codesOf(address, '::1'), [], address)
      t.strictSame(codesOf(address, '::ffff:127.0.0.1'), [], address)
      t.strictSame(codesOf(address), [], 'the balancer’s address is unknown')
    }
    t.strictSame(codesOf('10.0.0.7', '127.0.64.42'), [])
    const [finding] = modelOf(
      [member('s1', { address: '::1', balancerAddress: '10.0.0.9' })],
      [web],
    ).quarantined
    t.match(finding?.reason, /reaches from 10\.0\.0\.9, and not loopback, got "::1"/)
  },
)

t.test('a member at an address and port at which HAProxy listens is quarantined', async t => {
  const members = [
    member('own', { address: '10.0.0.9' }),
    member('loopback', { address: '127.0.0.1' }),
    member('mapped', { address: '::ffff:10.0.0.9' }),
    member('other', { address: '10.0.0.8' }),
  ]
  const own = { addresses: ['10.0.0.9', '127.0.0.1'] }
  const { model, quarantined } = modelOf(members, [web], { own })
  t.strictSame(
    model.pools[0]?.servers.map(({ name }) => name),
    ['other'],
  )
  t.strictSame(
    quarantined.map(({ member: name, code }) => `${name} ${code}`),
    ['loopback loop', 'mapped loop', 'own loop'],
  )
  t.match(quarantined[2]?.reason, /HAProxy itself does not listen, got "10\.0\.0\.9 port 80"/)
  t.strictSame(modelOf(members, [{ ...web, port: 81 }], { own }).quarantined.length, 1)
})
