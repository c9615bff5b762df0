import { defaultTemplate } from 'haproxy-config-render'
import { until } from 'real-components'
import t from 'tap'
import { blocksOf } from './page-blocks.js'
import { skip, startSite, type HowToSite } from './how-to-site.js'
import { startTraffic } from './traffic.js'

const page = 'backup-and-sorry-servers.md'
const members = { web1: 'role=web', web2: 'role=web' }
const [head = ''] = defaultTemplate.source.split('{{#if stats}}')

/** Stops or starts the applications of both members. */
async function both(site: HowToSite, action: 'start' | 'stop', unit: 'serf' | 'my-app') {
  for (const name of Object.keys(members)) await site.systemctl(action, name, unit)
}

/** Resolves when requests get this answer. */
const answers = (site: HowToSite, answer: RegExp) =>
  until(`the answer ${answer}`, async () => answer.test(await site.answer()))

t.test('backup members answer while no other does', { skip }, async t => {
  const [yaml = ''] = blocksOf(page, 'yaml', 'Members as backups')
  const [join = '', tag = ''] = blocksOf(page, 'sh', 'Members as backups')
  const site = await startSite(t, { yaml, members })
  const traffic = startTraffic(site.url)
  const worker = await site.worker()
  for (const name of ['web3', 'web4']) await site.systemctl('start', name, 'my-app')
  await site.join(join, 'web3', 'web4')
  await site.pool('web', { web1: 100, web2: 100, web3: 100, web4: 100 })
  t.match(Object.keys(await site.shares(20)).join(''), /^(web[12])+$/)
  await both(site, 'stop', 'serf')
  await site.pool('web', { web3: 100, web4: 100 })
  t.match(Object.keys(await site.shares(20)).join(''), /^(web[34])+$/)
  await both(site, 'start', 'serf')
  await answers(site, /web[12]/)
  await site.pool('web', { web1: 100, web2: 100, web3: 100, web4: 100 })
  t.equal(await site.worker(), worker, 'without a reload')
  await site.run(tag)
  await until('the reload', async () => (await site.worker()) !== worker)
  t.strictSame(await site.shares(20), { web1: 20 })
  const { requests, failures } = await traffic.stop()
  t.comment(`${requests} requests`)
  t.strictSame(failures, [])
  await site.systemctl('stop', 'web1', 'my-app')
  await answers(site, /web[234]/)
})

t.test('a fixed server or a page answers while no member does', { skip }, async t => {
  const [yaml = ''] = blocksOf(page, 'yaml', 'A fixed server')
  const templates = blocksOf(page, 'haproxy')
  t.equal(templates.length, 3)
  const [first = '', ...others] = templates.map(text => head + text)
  const site = await startSite(t, { yaml, members, template: first })
  await site.systemctl('start', 'sorry', 'my-app')
  const sorry = /^200 sorry /
  const failAll = async (answer: RegExp) => {
    await both(site, 'stop', 'my-app')
    await answers(site, answer)
    await both(site, 'start', 'my-app')
    await answers(site, /^200 web[12] /)
  }
  await failAll(sorry)
  for (const commands of blocksOf(page, 'sh', 'A sorry page')) await site.run(commands)
  for (const [i, template] of others.entries()) {
    const worker = await site.worker()
    site.write('haproxy.cfg.hbs', template)
    await until('the reload', async () => (await site.worker()) !== worker)
    await failAll([sorry, /^503 <h1>We are back/][i] ?? / /)
  }
  await both(site, 'stop', 'serf')
  await answers(site, /^503 <h1>We are back/)
})
