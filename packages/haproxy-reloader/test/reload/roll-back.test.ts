import { readFileSync, writeFileSync } from 'node:fs'
import { HaproxyError } from 'haproxy-runtime'
import t from 'tap'
import { rollBack, tryReload } from '../../src/reload/roll-back.js'
import { createConfigurationFile } from '../../src/running/configuration-file.js'
import { desire, fakeSetup, server } from '../fake-haproxy-setup.js'

const good = desire([server('s1')]).text
const bad = desire([server('s9')]).text
const { signal } = new AbortController()
const bug = () => Promise.reject(new RangeError('bug'))
const late = () => Promise.reject(new HaproxyError('timeout', 'late'))

t.test('the last good configuration is loaded again, and nothing stays pending', async t => {
  const setup = await fakeSetup(t, bad)
  const file = createConfigurationFile(setup.configFile)
  const result = await rollBack(good, { ...setup, file, verifyTimeoutMs: 5000 }, signal)
  t.equal(result, 'the last good configuration runs again')
  t.equal(readFileSync(setup.configFile, 'utf8'), good)
  t.ok(setup.fake.server('nodes', 's1'))
  t.equal(await file.pendingMarker(), undefined)
})

t.test('a rollback that cannot be loaded leaves the marker for the next reload', async t => {
  const setup = await fakeSetup(t, bad, { refuse: text => (text === good ? 'no port' : undefined) })
  const file = createConfigurationFile(setup.configFile)
  const { pid } = await setup.runtime.info()
  const result = await rollBack(good, { ...setup, file, verifyTimeoutMs: 5000 }, signal)
  t.match(result, /is back in the file, but not loaded: .*no port/s)
  t.equal(readFileSync(setup.configFile, 'utf8'), good)
  t.strictSame(await file.pendingMarker(), { lastGood: good, worker: pid, former: [] })
})

t.test('without an earlier configuration nothing is changed', async t => {
  const setup = await fakeSetup(t, bad)
  const file = createConfigurationFile(setup.configFile)
  t.match(await rollBack('', { ...setup, file, verifyTimeoutMs: 5000 }, signal), /keeps this one/)
  t.equal(readFileSync(setup.configFile, 'utf8'), bad)
  t.notOk(setup.fake.commands.includes('reload'))
})

t.test('a HAProxy that does not answer a reload is a failed and lost reload', async t => {
  const error = new HaproxyError('unreachable', 'HAProxy cannot be reached')
  t.strictSame(await tryReload(() => Promise.reject(error), signal), {
    ok: false,
    report: 'HAProxy cannot be reached',
    workers: [],
    isLost: true,
  })
})

t.test('a reload that answers is not lost, and other errors are passed on', async t => {
  const setup = await fakeSetup(t, good)
  writeFileSync(setup.configFile, bad)
  t.match(await tryReload(setup.reload, signal), { ok: true, isLost: false })
  await t.rejects(tryReload(bug, signal), { name: 'RangeError' })
  const aborted = AbortSignal.abort(new Error('enough'))
  await t.rejects(tryReload(late, aborted), { code: 'timeout' })
})
