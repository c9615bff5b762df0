import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { keepalivedError } from '../../src/balancers/keepalived-error.js'
import { smallestConfiguration } from '../rendering/smallest-configuration.js'

t.test('the configuration of a sample is checked, and its error returned', async t => {
  const folder = temporaryFolder(t)
  const keepalived = { address: '10.0.0.100/24', interface: 'eth0', file: join(folder, 'k.conf') }
  const binary = join(folder, 'k')
  const configuration = (more: object) =>
    smallestConfiguration({ balancers: { keepalived: { ...keepalived, ...more } } })
  t.equal(await keepalivedError(smallestConfiguration(), 'x.yaml'), undefined)
  t.match(await keepalivedError(configuration({ binary }), 'x.yaml'), /not found; install/)
  writeFileSync(binary, '#!/bin/sh\ngrep -q "unicast_peer" "$3"\n', { mode: 0o755 })
  t.equal(await keepalivedError(configuration({ binary }), 'x.yaml'), undefined)
  t.match(await keepalivedError(configuration({ binary, template: '/none' }), 'x.yaml'), /\/none/)
})
