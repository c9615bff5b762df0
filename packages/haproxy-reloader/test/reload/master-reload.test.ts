import { writeFileSync } from 'node:fs'
import t from 'tap'
import { desire, fakeSetup, server } from '../fake-haproxy-setup.js'

const { text } = desire([server('s1')])
const refuse = (each: string) => (each.includes('broken') ? 'unknown keyword' : undefined)

t.test('a reload returns the new workers', async t => {
  const { reload, runtime } = await fakeSetup(t, text)
  const { ok, workers } = await reload({})
  t.equal(ok, true)
  t.strictSame(workers, [(await runtime.info()).pid])
})

t.test('a failed reload is a result with the report', async t => {
  const { reload, configFile } = await fakeSetup(t, text, { refuse })
  writeFileSync(configFile, 'broken\n')
  t.match(await reload({}), { ok: false, report: /unknown keyword/ })
})

t.test('the workers can be listed', async t => {
  const { reload, runtime } = await fakeSetup(t, text)
  const { pid } = await runtime.info()
  t.match(await reload.processes?.({}), { workers: [pid], oldWorkers: [] })
})

t.test('an abort ends the reload', async t => {
  const { reload, fake } = await fakeSetup(t, text)
  fake.hang()
  const signal = AbortSignal.abort(new Error('enough'))
  await t.rejects(reload({ signal }), { message: 'enough' })
})
