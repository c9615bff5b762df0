import t from 'tap'
import { abortWhenInterrupted } from '../src/interruption.js'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

t.test('a signal aborts, its copies change nothing, and a later one ends the process', async t => {
  const before = new Set(signals.flatMap(signal => process.listeners(signal)))
  const exits = t.capture(process, 'exit', () => {})
  const ended = new AbortController()
  let time = 5000
  abortWhenInterrupted(ended, () => time)
  t.teardown(() => {
    for (const signal of signals)
      for (const listener of process.listeners(signal))
        if (!before.has(listener)) process.removeListener(signal, listener)
  })
  t.notOk(ended.signal.aborted)
  process.emit('SIGHUP', 'SIGHUP')
  t.match(ended.signal.reason, { name: 'LabError', message: 'Interrupted' })
  time += 999
  process.emit('SIGHUP', 'SIGHUP')
  t.same(exits(), [], 'a parent passed the same signal on')
  time += 1
  process.emit('SIGHUP', 'SIGHUP')
  t.match(exits(), [{ args: [130] }])
})
