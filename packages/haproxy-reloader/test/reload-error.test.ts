import t from 'tap'
import { attempt, ReloadError } from '../src/reload-error.js'

t.test('an action that succeeds returns its result', async t => {
  t.equal(await attempt('read a', async () => 7), 7)
})

t.test('an action that fails is an error with the action and the cause', async t => {
  const cause = Object.assign(new Error('no space left'), { code: 'ENOSPC' })
  await t.rejects(
    attempt('write a', () => Promise.reject(cause)),
    { name: 'ReloadError', code: 'file', message: 'Cannot write a: no space left', cause },
  )
})

t.test('an error without a cause has none', async t => {
  t.notOk('cause' in new ReloadError('closed', 'closed'))
})
