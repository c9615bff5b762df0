import t, { type Test } from 'tap'
import { blocksOf } from './page-blocks.js'
import { skip, startSite } from './how-to-site.js'
import { startTraffic } from './traffic.js'

const page = 'rolling-deploys.md'

/** Starts two nodes under requests, of which some are under way for long. */
async function start(t: Test) {
  const [yaml = ''] = blocksOf(page, 'yaml')
  const site = await startSite(t, { yaml, members: { web1: 'role=web', web2: 'role=web' } })
  await site.pool('web', { web1: 100, web2: 100 })
  const worker = await site.worker()
  const traffic = [startTraffic(site.url), startTraffic(`${site.url}slow`)]
  return {
    ...site,
    /** Ends the traffic: no request may have failed, and HAProxy has the same servers without a reload. */
    async end() {
      await site.pool('web', { web1: 100, web2: 100 })
      t.equal(await site.worker(), worker, 'without a reload')
      const results = await Promise.all(traffic.map(({ stop }) => stop()))
      t.comment(`${results.map(({ requests }) => requests).join(' + ')} requests`)
      t.strictSame(
        results.flatMap(({ failures }) => failures),
        [],
      )
    },
  }
}

t.test('two nodes are updated one after the other, and no request fails', { skip }, async t => {
  const site = await start(t)
  for (const commands of blocksOf(page, 'sh', 'Deploy'))
    t.match(await site.run(commands), /^web1 is updated\n[^]*^web2 is updated$/m)
  for (let i = 0; i < 4; i++) t.match(await site.answer(), /^200 web[12] v2$/)
  await site.end()
})

t.test('a node gets no requests during its maintenance, and does not leave', { skip }, async t => {
  const site = await start(t)
  const [drain = '', resume = ''] = blocksOf(page, 'sh', 'Maintenance without leaving')
  await site.run(drain)
  t.strictSame(await site.shares(20), { web2: 20 })
  await site.run(resume)
  await site.end()
})

t.test('each block of the page is run here', async t => {
  t.equal(blocksOf(page, 'sh').length, 3)
  t.equal(blocksOf(page, 'yaml').length, 1)
})
