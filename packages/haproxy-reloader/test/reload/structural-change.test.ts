import { readFileSync } from 'node:fs'
import type { CheckText } from '../../src/reload/check-text.js'
import { TaskSteps } from '../../src/queue/task-steps.js'
import { createStructuralChange } from '../../src/reload/structural-change.js'
import { createConfigurationFile } from '../../src/running/configuration-file.js'
import { createPacedFile } from '../../src/running/paced-file.js'
import { createServerStateFile } from '../../src/running/server-state-file.js'
import { desire, fakeSetup, server } from '../fake-haproxy-setup.js'
import { type Tidy } from 'real-components'
import t from 'tap'

const good = desire([server('s1')])
const more = desire([server('s1')], 'backend more\n')
const { signal } = new AbortController()

/** A structural change of a fake HAProxy that runs `good`; its check refuses texts with `bad`. */
async function structuralSetup(t: Tidy, refuse?: (text: string) => string | undefined) {
  const setup = await fakeSetup(t, good.text, refuse && { refuse })
  const file = createPacedFile(createConfigurationFile(setup.configFile))
  const checked: string[] = []
  const check: CheckText = async text => {
    checked.push(text)
    if (!text.includes('bad')) return { ok: true }
    return { ok: false, report: 'unknown keyword', problems: [], line: undefined }
  }
  const structural = createStructuralChange({
    ...setup,
    file,
    states: createServerStateFile(),
    check,
    ports: { find: async () => [] },
    verifyTimeoutMs: 5000,
    steps: new TaskSteps(),
  })
  return {
    ...setup,
    file,
    checked,
    structural,
    fileText: () => readFileSync(setup.configFile, 'utf8'),
  }
}

t.test('an accepted text is loaded by a new worker, and nothing stays pending', async t => {
  const { structural, fake, file, fileText, runtime } = await structuralSetup(t)
  t.equal(await structural.reload(more, signal, () => {}), undefined)
  t.strictSame(await runtime.servers(['more']), [])
  t.equal(fileText(), more.text)
  t.equal(await file.pendingMarker(), undefined)
  t.equal(fake.commands.filter(command => command === 'reload').length, 1)
})

t.test('a rejected text is not written, and not checked again', async t => {
  const { structural, fake, checked, fileText } = await structuralSetup(t)
  const bad = desire([server('bad')])
  const outcome = await structural.reload(bad, signal, () => {})
  t.match(outcome, { kind: 'rejected', report: 'unknown keyword' })
  t.equal(await structural.reload(bad, signal, () => {}), outcome)
  t.strictSame(checked, [bad.text])
  t.equal(fileText(), good.text)
  t.strictSame(fake.commands, [], 'HAProxy got no command')
})

t.test('a text that HAProxy fails to load is rolled back', async t => {
  const refuse = (text: string) => (text === more.text ? 'cannot bind' : undefined)
  const { structural, file, fileText, runtime } = await structuralSetup(t, refuse)
  const { pid } = await runtime.info()
  t.match(await structural.reload(more, signal, () => {}), {
    kind: 'rolled-back',
    cause: /cannot bind/,
  })
  t.equal(fileText(), good.text)
  t.equal(await file.pendingMarker(), undefined)
  t.equal((await runtime.info()).pid, pid)
})

t.test('a worker without a desired pool is rolled back, and the good one runs again', async t => {
  const { structural, fileText, fake } = await structuralSetup(t)
  const lacking = { ...more, pools: [...more.pools, { name: 'missing', servers: [] }] }
  t.match(await structural.reload(lacking, signal, () => {}), {
    kind: 'rolled-back',
    cause: /lacks a pool .*; the last good configuration runs again$/,
  })
  t.equal(fileText(), good.text)
  t.equal(fake.commands.filter(command => command === 'reload').length, 2)
})

t.test('preparing writes the file for the next start, without a reload', async t => {
  const { structural, fake, file, fileText } = await structuralSetup(t)
  t.equal(await structural.prepare(more, signal), undefined)
  t.equal(fileText(), more.text)
  t.match(await file.pendingMarker(), { lastGood: good.text, worker: undefined })
  t.notOk(fake.commands.includes('reload'))
})

t.test('a prepared change of servers is not pending: it is compared later', async t => {
  const { structural, file, fileText } = await structuralSetup(t)
  const servers = desire([server('s1'), server('s2')])
  t.equal(await structural.prepare(servers, signal), undefined)
  t.equal(fileText(), servers.text)
  t.equal(await file.pendingMarker(), undefined)
})

t.test('preparing a rejected text, or the same text, changes nothing', async t => {
  const { structural, checked, fileText } = await structuralSetup(t)
  t.equal(await structural.prepare(good, signal), undefined)
  t.strictSame(checked, [])
  t.match(await structural.prepare(desire([server('bad')]), signal), { kind: 'rejected' })
  t.equal(fileText(), good.text)
})
