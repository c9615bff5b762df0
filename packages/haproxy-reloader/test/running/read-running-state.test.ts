import t from 'tap'
import { createConfigurationFile } from '../../src/running/configuration-file.js'
import { managedServers, readRunningState } from '../../src/running/read-running-state.js'
import { desire, fakeSetup, server } from '../fake-haproxy-setup.js'

const desired = desire([server('s1')])
const nothing: ReadonlySet<string> = new Set()
const none = { overdue: nothing, unmanaged: nothing }

t.test('the state has the text of the file, the servers and the worker', async t => {
  const { runtime, configFile } = await fakeSetup(t, desired.text)
  const file = createConfigurationFile(configFile)
  const { pid } = await runtime.info()
  t.match(
    await readRunningState(runtime, file, desired, { ...none, overdue: new Set(['nodes/s9']) }),
    {
      text: desired.text,
      servers: [{ name: 's1', weight: 10 }],
      worker: pid,
      isPending: false,
      overdue: new Set(['nodes/s9']),
    },
  )
})

t.test('while a reload is pending, the text is known only for another worker', async t => {
  const { runtime, configFile } = await fakeSetup(t, desired.text)
  const file = createConfigurationFile(configFile)
  const { pid } = await runtime.info()
  await file.replace(desired, pid)
  const same = await readRunningState(runtime, file, desired, none)
  t.match(same, { text: undefined, isPending: true })
  await file.replace(desired, pid + 1)
  const other = await readRunningState(runtime, file, desired, none)
  t.match(other, { text: desired.text, isPending: true })
})

t.test('a marker without a worker leaves the text unknown', async t => {
  const { runtime, configFile } = await fakeSetup(t, desired.text)
  const file = createConfigurationFile(configFile)
  await file.replace(desired, undefined)
  t.match(await readRunningState(runtime, file, desired, none), { text: undefined })
})

t.test('sessions are counted for draining servers only', async t => {
  const { runtime, configFile, fake } = await fakeSetup(
    t,
    desire([server('s1'), server('s2', { weight: 0 })]).text,
  )
  const s2 = fake.server('nodes', 's2')
  if (s2) s2.sessions = 3
  const file = createConfigurationFile(configFile)
  const departing = await readRunningState(runtime, file, desired, none)
  t.equal(departing.sessions.get('nodes/s2'), 3)
  const both = desire([server('s1'), server('s2', { weight: 0 })])
  const staying = await readRunningState(runtime, file, both, none)
  t.equal(staying.sessions.size, 0)
  t.equal(fake.commands.filter(command => command.startsWith('show stat #')).length, 1)
})

t.test('a pool that HAProxy lacks leaves the servers undefined', async t => {
  const { runtime, configFile } = await fakeSetup(t, desired.text)
  const file = createConfigurationFile(configFile)
  const more = { ...desired, pools: [...desired.pools, { name: 'more', servers: [] }] }
  t.equal(await managedServers(runtime, more, undefined), undefined)
  t.match(await readRunningState(runtime, file, more, none), { servers: undefined })
})

t.test('a HAProxy that is away is an error', async t => {
  const { runtime, configFile, fake } = await fakeSetup(t, desired.text)
  await fake.close()
  const file = createConfigurationFile(configFile)
  await t.rejects(readRunningState(runtime, file, desired, none), { code: 'unreachable' })
})
