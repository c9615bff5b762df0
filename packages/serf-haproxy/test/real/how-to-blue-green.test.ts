import { Agent } from 'node:http'
import { until } from 'real-components'
import t, { type Test } from 'tap'
import { blocksOf } from './page-blocks.js'
import { skip, startSite } from './how-to-site.js'
import { startTraffic } from './traffic.js'

const page = 'blue-green-and-canary.md'

/** Starts the site of a section under traffic; returns it with the section's commands. */
async function follow(t: Test, heading: string, members: Readonly<Record<string, string>>) {
  const [yaml = ''] = blocksOf(page, 'yaml', heading)
  const site = await startSite(t, { yaml, members })
  const traffic = startTraffic(site.url)
  let commands = blocksOf(page, 'sh', heading).values()
  const allRun = () => t.equal(commands.next().done, true, 'each command was run')
  return {
    ...site,
    /** Returns the next block of commands of the section. */
    next: () => commands.next().value ?? '',
    /** Goes on with another section. */
    turnTo(heading: string) {
      allRun()
      commands = blocksOf(page, 'sh', heading).values()
      site.configure(blocksOf(page, 'yaml', heading)[0] ?? '')
    },
    /** Ends the traffic, of which no request may have failed. */
    async end() {
      allRun()
      const { requests, failures } = await traffic.stop()
      t.comment(`${requests} requests`)
      t.strictSame(failures, [])
    },
  }
}

t.test('a canary gets its share in steps, without a reload', { skip }, async t => {
  const site = await follow(t, 'Canary by percent', { web1: 'role=web', web2: 'role=web' })
  const worker = await site.worker()
  await site.systemctl('start', 'web3', 'my-app')
  await site.join(site.next(), 'web3')
  await site.pool('web', { web1: 256, web2: 256, web3: 27 })
  const look = site.next()
  await until('its line', async () =>
    /^web3 weight 27 UP: \d+ requests, 0 errors$/m.test(await site.run(look)),
  )
  await site.run(site.next())
  await site.pool('web', { web1: 256, web2: 256, web3: 171 })
  await site.run(site.next())
  await site.pool('web', { web1: 128, web2: 128, web3: 256 })
  const { web3 = 0 } = await site.shares(60)
  t.ok(web3 >= 20 && web3 <= 40, `about a half of 60 requests: ${web3}`)
  await site.run(site.next())
  await site.pool('web', { web1: 100, web2: 100, web3: 100 })
  await site.run(site.next())
  await site.pool('web', { web1: 100, web2: 100 })

  site.turnTo('Canary by weight')
  await site.systemctl('start', 'web3', 'serf')
  await site.pool('web', { web1: 100, web2: 100, web3: 100 })
  for (const weight of [10, 50, 100]) {
    await site.run(site.next())
    await site.pool('web', { web1: 100, web2: 100, web3: weight })
  }
  t.equal(await site.worker(), worker)
  await site.end()
})

t.test('blue and green change places at once, with one reload', { skip }, async t => {
  const blue = 'role=web color=blue'
  const site = await follow(t, 'Blue/green by name', { web1: blue, web2: blue })
  const worker = await site.worker()
  for (const name of ['web3', 'web4']) await site.systemctl('start', name, 'my-app')
  await site.join(site.next(), 'web3', 'web4')
  t.match(await site.run(site.next()), /^true\nweb[34] v1$/m, 'green is tried before')
  t.equal(await site.worker(), worker)

  const kept = new Agent({ keepAlive: true })
  t.teardown(() => kept.destroy())
  t.match(await site.answer('', kept), /web[12]/)
  const slow = site.answer('slow')
  await site.run(site.next())
  await until('green', async () => /web[34]/.test(await site.answer()))
  const green = await site.worker()
  t.not(green, worker)
  t.match(Object.keys(await site.shares(20)).join(''), /^(web[34])+$/)
  t.match(await site.answer('', kept), /200 web[12]/, 'a kept connection gets one more answer')
  t.match(await site.answer('', kept), /200 web[34]/)
  t.match(await slow, /200 web[12]/, 'a request ends where it began')

  await site.run(site.next())
  await until('blue', async () => /web[12]/.test(await site.answer()))
  t.match(Object.keys(await site.shares(20)).join(''), /^(web[12])+$/)
  t.not(await site.worker(), green)
  await site.end()
})

t.test('blue and green change places by a tag, without a reload', { skip }, async t => {
  const live = 'role=web live=true'
  const members = { web1: live, web2: live, web3: 'role=web', web4: 'role=web' }
  const site = await follow(t, 'Blue/green by tag', members)
  await site.pool('web', { web1: 100, web2: 100 })
  const worker = await site.worker()
  const slow = site.answer('slow')
  await site.run(site.next())
  await site.pool('web', { web3: 100, web4: 100 })
  t.match(Object.keys(await site.shares(20)).join(''), /^(web[34])+$/)
  t.match(await slow, /200 web[12]/, 'a request ends where it began')
  await site.run('ssh web3 serf tags -delete live; ssh web4 serf tags -delete live')
  await site.pool('web', { web4: 100 })
  const explained = await site.run(
    'serf-haproxy explain web4 --config /etc/serf-haproxy/serf-haproxy.yaml',
  )
  t.match(explained, /no other server of pool web is healthy in HAProxy/)
  t.equal(await site.worker(), worker)
  await site.end()
})
