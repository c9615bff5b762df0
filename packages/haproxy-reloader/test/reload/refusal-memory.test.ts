import t from 'tap'
import { createRefusalMemory } from '../../src/reload/refusal-memory.js'

const bad = { text: 'bad' }
const rejected = { kind: 'rejected', report: 'unknown keyword' } as const

t.test('a refused text gets the same outcome for 30 seconds', async t => {
  const memory = createRefusalMemory()
  memory.remember(bad, rejected, 1000)
  t.equal(memory.outcomeOf(bad, 1000), rejected)
  t.equal(memory.outcomeOf(bad, 30_999), rejected)
  t.equal(memory.outcomeOf(bad, 31_000), undefined)
})

t.test('another text is not known', async t => {
  const memory = createRefusalMemory()
  t.equal(memory.outcomeOf(bad, 0), undefined)
  memory.remember(bad, rejected, 0)
  t.equal(memory.outcomeOf({ text: 'bad ' }, 0), undefined)
})

t.test('the same text with other files is not known', async t => {
  const memory = createRefusalMemory()
  const map = { path: '/m', text: 'a 1\n', use: 'map' } as const
  memory.remember({ ...bad, files: [map] }, rejected, 0)
  t.equal(memory.outcomeOf({ ...bad, files: [{ ...map }] }, 0), rejected)
  t.equal(memory.outcomeOf({ ...bad, files: [{ ...map, text: 'a 2\n' }] }, 0), undefined)
  t.equal(memory.outcomeOf(bad, 0), undefined)
})

t.test('only the last refusal is kept', async t => {
  const memory = createRefusalMemory()
  memory.remember(bad, rejected, 0)
  memory.remember({ text: 'worse' }, { kind: 'rolled-back', cause: 'port' }, 0)
  t.equal(memory.outcomeOf(bad, 0), undefined)
  t.match(memory.outcomeOf({ text: 'worse' }, 0), { kind: 'rolled-back' })
})

t.test('a refusal can be dropped', async t => {
  const memory = createRefusalMemory()
  memory.remember(bad, rejected, 0)
  memory.forget()
  t.equal(memory.outcomeOf(bad, 0), undefined)
})
