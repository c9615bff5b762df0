import t from 'tap'
import { until } from '../src/until.js'

t.test(
  'the first answer that is neither false nor undefined is returned, zero included',
  async t => {
    const answers = [undefined, false, 0]
    t.equal(await until('a number', () => answers.shift(), { everyMs: 1 }), 0)
    t.same(answers, [])
  },
)

t.test('the error after the timeout says what was expected', async t => {
  await t.rejects(
    until('a node', () => false, { timeoutMs: 0, everyMs: 1 }),
    {
      name: 'LabError',
      message: 'Timeout after 0 s: expected a node',
    },
  )
})

t.test('an error of the question passes, and an abort ends the wait', async t => {
  await t.rejects(
    until('a node', () => Promise.reject(new Error('gone'))),
    { message: 'gone' },
  )
  const ended = new AbortController()
  const waiting = until('a node', () => ended.abort(new Error('interrupted')), {
    signal: ended.signal,
    everyMs: 1,
  })
  await t.rejects(waiting, { name: /AbortError|Error/ })
})
