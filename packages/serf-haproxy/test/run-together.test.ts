import { once } from 'node:events'
import t from 'tap'
import { runTogether } from '../src/run-together.js'

const untilAborted = async (signal: AbortSignal) => {
  if (!signal.aborted) await once(signal, 'abort')
}

t.test('a part that fails ends the others before the error is thrown', async t => {
  const ended: string[] = []
  const running = runTogether(new AbortController().signal, signal => [
    Promise.reject(new Error('the lock is gone')),
    untilAborted(signal).then(() => void ended.push('loop')),
  ])
  await t.rejects(running, { message: 'the lock is gone' })
  t.same(ended, ['loop'])
})

t.test('the signal of the caller ends all parts', async t => {
  const end = new AbortController()
  const running = runTogether(end.signal, signal => [untilAborted(signal), untilAborted(signal)])
  end.abort()
  await running
  t.pass('ended')
})
