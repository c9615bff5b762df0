import t from 'tap'
import { createRefusalMemory } from '../../src/reload/refusal-memory.js'
import { desire, server } from '../fake-haproxy-setup.js'

const rejected = { kind: 'rejected', report: 'unknown keyword' } as const
const rolledBack = { kind: 'rolled-back', cause: 'the probe failed' } as const
const bad = desire([server('bad')])
const refusal = { text: bad.text, outcome: rejected, isForAnyServers: false }

t.test('a refused text gets the same outcome for 30 seconds', async t => {
  const memory = createRefusalMemory()
  memory.remember(refusal, 1000)
  t.equal(memory.outcomeOf(bad, 1000), rejected)
  t.equal(memory.outcomeOf(bad, 30_999), rejected)
  t.equal(memory.outcomeOf(bad, 31_000), undefined)
})

t.test('another text is not known', async t => {
  const memory = createRefusalMemory()
  t.equal(memory.outcomeOf(bad, 0), undefined)
  memory.remember(refusal, 0)
  t.equal(memory.outcomeOf(desire([server('good')]), 0), undefined)
})

t.test('the same text with other files is not known', async t => {
  const memory = createRefusalMemory()
  const map = { path: '/m', text: 'a 1\n', use: 'map' } as const
  for (const isForAnyServers of [false, true]) {
    memory.remember({ ...refusal, files: [map], isForAnyServers }, 0)
    t.equal(memory.outcomeOf({ ...bad, files: [{ ...map }] }, 0), rejected)
    t.equal(memory.outcomeOf({ ...bad, files: [{ ...map, text: 'a 2\n' }] }, 0), undefined)
    t.equal(memory.outcomeOf(bad, 0), undefined)
  }
})

t.test('a text that is refused for any servers is known with others', async t => {
  const memory = createRefusalMemory()
  memory.remember({ text: bad.text, outcome: rolledBack, isForAnyServers: true }, 0)
  t.equal(memory.outcomeOf(desire([server('s1'), server('s2')]), 0), rolledBack)
  t.equal(memory.outcomeOf(desire([server('bad')], 'backend more\n'), 0), undefined)
})

t.test('only the last refusal is kept', async t => {
  const memory = createRefusalMemory()
  memory.remember(refusal, 0)
  const worse = desire([server('worse')])
  memory.remember({ ...refusal, text: worse.text, outcome: rolledBack }, 0)
  t.equal(memory.outcomeOf(bad, 0), undefined)
  t.equal(memory.outcomeOf(worse, 0), rolledBack)
})

t.test('a refusal can be dropped', async t => {
  const memory = createRefusalMemory()
  memory.remember(refusal, 0)
  memory.forget()
  t.equal(memory.outcomeOf(bad, 0), undefined)
})
