import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Tidy } from 'real-components'
import t from 'tap'
import { createReloader, type ReloaderOptions } from '../../src/index.js'
import { desire, fakeSetup, server } from '../fake-haproxy-setup.js'

const acceptAll = async () => ({ ok: true }) as const
const withServer = (name: string) => desire([server(name)])

async function queueSetup(t: Tidy, more: Partial<ReloaderOptions> = {}) {
  const setup = await fakeSetup(t, withServer('s1').text)
  const { configFile, runtime, reload } = setup
  const reloader = createReloader({ configFile, runtime, reload, check: acceptAll, ...more })
  t.teardown(() => reloader.close())
  return { ...setup, reloader }
}

t.test('of several calls at once the first and the last are applied', async t => {
  const { reloader } = await queueSetup(t)
  const outcomes = await Promise.all(['a', 'b', 'c'].map(name => reloader.apply(withServer(name))))
  t.strictSame(
    outcomes.map(({ kind }) => kind),
    ['applied', 'superseded', 'applied'],
  )
})

t.test(
  'a configuration has the causes of all calls that were open when it was requested',
  async t => {
    const folder = join(t.testdir(), 'generations')
    const { reloader } = await queueSetup(t, { generations: { folder } })
    await Promise.all(
      ['a', 'b', 'c'].map(name => reloader.apply(withServer(name), { cause: `${name} joined` })),
    )
    await reloader.settled()
    const causes = (await reloader.generations()).map(({ cause }) => cause)
    t.strictSame(causes, ['a joined', 'a joined, b joined, c joined'])
  },
)

t.test('a deferred configuration is retried without another call', async t => {
  const { reloader, fake, runtime } = await queueSetup(t)
  await fake.close()
  t.match(await reloader.apply(withServer('s2')), { kind: 'deferred' })
  await fake.restart()
  // A retry counts as idle, so that this call follows it or does its work.
  t.match(await reloader.apply(withServer('s2')), { kind: /applied|unchanged/ })
  await reloader.settled()
  t.match(await runtime.servers(['nodes']), [{ name: 's2' }])
  t.match(reloader.statistics().outcomes, { deferred: 1 })
})

t.test('a read-back without changes is not counted', async t => {
  const { reloader } = await queueSetup(t)
  await reloader.apply(desire([server('s1'), server('s2')]))
  await reloader.settled()
  t.match(reloader.statistics(), { outcomes: { applied: 1, unchanged: 0 } })
})

t.test('an abort rejects with its reason, and drops the cause', async t => {
  const { reloader, fake } = await queueSetup(t)
  fake.hang()
  const controller = new AbortController()
  const call = reloader.apply(withServer('s2'), { cause: 'dropped', signal: controller.signal })
  const rejected = t.rejects(call, { message: 'enough' })
  controller.abort(new Error('enough'))
  await rejected
  fake.resume()
  t.match(await reloader.apply(withServer('s1')), { kind: 'unchanged' })
})

t.test('after close every call is rejected, also the running one', async t => {
  const { reloader, fake } = await queueSetup(t)
  fake.hang()
  const closed = { name: 'ReloadError', code: 'closed' }
  const running = t.rejects(reloader.apply(withServer('s2')), closed)
  await reloader.close()
  await running
  await t.rejects(reloader.apply(withServer('s2')), closed)
})

t.test('an error of the disk rejects the call, and the next one can succeed', async t => {
  const { reloader, configFile } = await queueSetup(t)
  const { configFile: other } = await fakeSetup(t, '')
  t.match(await reloader.apply(withServer('s1')), { kind: 'unchanged' })
  const below = await queueSetup(t, { configFile: `${other}/below-a-file.cfg` })
  await t.rejects(below.reloader.apply(withServer('s2')), { code: 'file' })
  writeFileSync(configFile, withServer('s1').text)
  t.match(await reloader.apply(withServer('s1')), { kind: 'unchanged' })
})
