import t from 'tap'
import { createRefusalMemory } from '../../src/reload/refusal-memory.js'

const rejected = { kind: 'rejected', report: 'unknown keyword' } as const

t.test('a refused text gets the same outcome for 30 seconds', async t => {
  const memory = createRefusalMemory()
  memory.remember('bad', rejected, 1000)
  t.equal(memory.outcomeOf('bad', 1000), rejected)
  t.equal(memory.outcomeOf('bad', 30_999), rejected)
  t.equal(memory.outcomeOf('bad', 31_000), undefined)
})

t.test('another text is not known', async t => {
  const memory = createRefusalMemory()
  t.equal(memory.outcomeOf('bad', 0), undefined)
  memory.remember('bad', rejected, 0)
  t.equal(memory.outcomeOf('bad ', 0), undefined)
})

t.test('only the last refusal is kept', async t => {
  const memory = createRefusalMemory()
  memory.remember('bad', rejected, 0)
  memory.remember('worse', { kind: 'rolled-back', cause: 'port' }, 0)
  t.equal(memory.outcomeOf('bad', 0), undefined)
  t.match(memory.outcomeOf('worse', 0), { kind: 'rolled-back' })
})

t.test('a refusal can be dropped', async t => {
  const memory = createRefusalMemory()
  memory.remember('bad', rejected, 0)
  memory.forget()
  t.equal(memory.outcomeOf('bad', 0), undefined)
})
