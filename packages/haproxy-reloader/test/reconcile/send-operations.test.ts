import type { Tidy } from 'real-components'
import t from 'tap'
import type { ServerOperation } from '../../src/plan/operation.js'
import { ServerTable } from '../../src/servers/server-table.js'
import { Admission } from '../../src/reconcile/admission.js'
import { LoadedConfiguration } from '../../src/reconcile/loaded-configuration.js'
import { sendOperations } from '../../src/reconcile/send-operations.js'
import { createStatisticsRecorder } from '../../src/reconcile/statistics.js'
import { TaskSteps } from '../../src/queue/task-steps.js'
import { createBatchPace } from '../../src/runtime/batch-pace.js'
import { desire, fakeSetup, server } from '../fake-haproxy-setup.js'

/** Adds the server s2 with these options to a pool with s1. */
async function addOne(t: Tidy, options: string) {
  const added = server('s2', { options })
  const desired = desire([server('s1'), added])
  const { fake, runtime } = await fakeSetup(t, desire([server('s1')]).text)
  const operations: ServerOperation[] = [{ kind: 'add', pool: 'nodes', server: added }]
  const before = ServerTable.of(await runtime.servers(['nodes']))
  const sent = await sendOperations(operations, desired, before, {
    runtime,
    statistics: createStatisticsRecorder(),
    steps: new TaskSteps(),
    pace: createBatchPace(),
    loaded: new LoadedConfiguration(),
    admission: new Admission(runtime),
    signal: new AbortController().signal,
  })
  return { sent, s2: fake.server('nodes', 's2') }
}

t.test('a server with a health check is down until its check has passed', async t => {
  const { sent, s2 } = await addOne(t, 'check inter 1m')
  t.match(sent, { unexpected: undefined, done: [{ kind: 'add' }] })
  t.strictSame([...sent.waiting.keys()], ['nodes/s2'])
  t.match(s2, { admin: 'ready', health: 'down', weight: 10, checked: true })
})

t.test('a server without a health check takes traffic at once', async t => {
  const { s2 } = await addOne(t, '')
  t.match(s2, { admin: 'ready', health: 'up' })
})

t.test('a server whose options need HAProxy’s environment is not added', async t => {
  const { sent, s2 } = await addOne(t, 'sni str($HOME)')
  t.match(sent, { unexpected: /environment variable/, done: [] })
  t.equal(s2, undefined)
})
