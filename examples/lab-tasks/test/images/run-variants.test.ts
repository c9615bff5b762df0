import { temporaryFolder } from 'real-components'
import { presentEngine } from 'serf-haproxy-lab'
import t from 'tap'
import { measureRunVariants } from '../../src/images/run-variants.js'

const { signal } = new AbortController()

t.test('without an engine the reason is the result', async t => {
  const { PATH = '' } = process.env
  t.teardown(() => (process.env['PATH'] = PATH))
  process.env['PATH'] = temporaryFolder(t)
  const measured = await measureRunVariants({ engine: await presentEngine(), rebuilds: 1, signal })
  t.match(measured, { reason: /no container engine answers \(docker: not found/ })
})
