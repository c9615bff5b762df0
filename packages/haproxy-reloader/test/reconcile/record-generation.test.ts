import t from 'tap'
import { GenerationLog } from '../../src/generations/generation-log.js'
import { reloadPlan } from '../../src/plan/plan.js'
import { recordGeneration } from '../../src/reconcile/record-generation.js'
import { temporaryFolder } from 'real-components'

t.test('a generation has its plan’s reason where no caller gave a cause', async t => {
  const log = new GenerationLog({ folder: temporaryFolder(t) })
  await log.opened()
  const plan = reloadPlan({ trigger: 'text', reason: 'the text differs' })
  const task = { desired: { text: 'a', pools: [] }, causes: [], isReadBack: false }
  t.equal(recordGeneration(log, 'reload', task, plan, 12), 1)
  await log.written()
  t.match(await log.list(), [{ number: 1, cause: 'the text differs', via: 'reload', tookMs: 12 }])
})
