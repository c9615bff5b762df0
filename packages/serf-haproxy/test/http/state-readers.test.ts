import { mock } from 'node:test'
import t from 'tap'
import { StateReaders } from '../../src/http/state-readers.js'

t.test('a client that reads the state watches until it has not read for five seconds', async t => {
  mock.timers.enable({ apis: ['setTimeout'] })
  t.teardown(() => mock.timers.reset())
  const calls: string[] = []
  const readers = new StateReaders({
    watching() {
      calls.push('begins')
      return { [Symbol.dispose]: () => calls.push('ends') }
    },
  })
  for (let i = 0; i < 4; i++) {
    readers.read()
    mock.timers.tick(4900)
  }
  t.strictSame(calls, ['begins'], 'one watch for many reads')
  mock.timers.tick(100)
  t.strictSame(calls, ['begins', 'ends'])
  readers.read()
  t.strictSame(calls, ['begins', 'ends', 'begins'])
})
