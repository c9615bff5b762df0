import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t, { type Test } from 'tap'
import { checkBalancers } from '../../src/doctor/check-balancers.js'
import { smallestConfiguration } from '../rendering/smallest-configuration.js'

/** Returns the findings on a keepalived whose check ends with this code. */
function findings(t: Test, code: number, { address = '192.0.2.100/24', pid = '' } = {}) {
  const folder = temporaryFolder(t)
  const at = (name: string) => join(folder, name)
  writeFileSync(at('k'), `#!/bin/sh\necho wrong\nexit ${code}\n`, { mode: 0o755 })
  writeFileSync(at('k.pid'), pid)
  const places = { file: at('k.conf'), pidFile: at('k.pid'), binary: at('k') }
  const keepalived = { address, interface: 'eth0', ...places }
  return checkBalancers(smallestConfiguration({ balancers: { keepalived } }))
}

t.test('without keepalived there are no findings', async t => {
  t.same(await checkBalancers(smallestConfiguration({ balancers: {} })), [])
})

t.test('a configuration that keepalived rejects is a failure', async t => {
  t.match(await findings(t, 5), [{ level: 'fail', text: /rejects its configuration: wrong/ }])
})

t.test(
  'a keepalived that does not run is a warning, or a failure if the address is here',
  async t => {
    t.match(await findings(t, 0), [{ level: 'ok' }, { level: 'warn', text: /^is not running/ }])
    t.match(await findings(t, 0, { address: '127.0.0.1/8' }), [
      { level: 'ok' },
      { level: 'fail', text: 'is not running, and this machine has the address 127.0.0.1' },
    ])
  },
)

t.test('a keepalived without the right to raise the address is a failure', async t => {
  const isRoot = process.getuid?.() === 0
  t.match(await findings(t, 0, { pid: `${process.pid}\n` }), [
    { level: 'ok' },
    isRoot
      ? { level: 'ok', text: `runs as process ${process.pid}` }
      : { level: 'fail', text: /may not raise the address/, remedy: /CAP_NET_ADMIN/ },
  ])
})
