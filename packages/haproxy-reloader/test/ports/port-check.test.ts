import { HaproxyError } from 'haproxy-runtime'
import t from 'tap'
import { createPortCheck } from '../../src/ports/port-check.js'

const { signal } = new AbortController()
const away = () => Promise.reject(new HaproxyError('unreachable', 'no socket'))
const elsewhere = async () => ({ pid: 99_999_999, version: '3.0', uptimeSeconds: 1 })
const broken = () => Promise.reject(new RangeError('bug'))
const text = 'frontend web\n  bind 192.0.2.1:80\n'

t.test('nothing is said while HAProxy is away, or is not visible here', async t => {
  t.same(await createPortCheck({ runtime: { info: away } }).find(text, [], signal), [])
  t.same(await createPortCheck({ runtime: { info: elsewhere } }).find(text, [], signal), [])
  await t.rejects(createPortCheck({ runtime: { info: broken } }).find(text, [], signal), {
    name: 'RangeError',
  })
})
