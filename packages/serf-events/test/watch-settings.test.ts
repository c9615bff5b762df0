import t from 'tap'
import { watchSettings } from '../src/watch-settings.js'

t.test('without options every setting has its default', async t => {
  t.same(watchSettings({}), {
    resyncMs: 10_000,
    quietMs: 10,
    maxWaitMs: 50,
    filter: undefined,
    refreshRequests: undefined,
    agent: {},
  })
})

t.test('options of the connection are separated from those of the watch', async t => {
  const { signal } = new AbortController()
  const refreshRequests = new EventTarget()
  const connection = { host: '127.0.0.9', port: 1, authKey: 'secret', timeoutMs: 7, signal }
  const timing = { resyncMs: 1, quietMs: 0, maxWaitMs: 3 }
  const filter = { name: 'web-.*' }
  const settings = watchSettings({ ...connection, ...timing, filter, refreshRequests })
  t.same(settings, { ...timing, filter, refreshRequests, agent: connection })
})
