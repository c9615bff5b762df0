import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { missingProgram, temporaryFolder } from 'real-components'
import t, { type Test } from 'tap'
import { adoptFiles } from '../../src/adopt/adopt-files.js'
import { checkAdoption } from '../../src/adopt/check-adoption.js'

const text = `global
  stats socket /run/a.sock level admin
defaults
  mode http
  timeout connect 1s
  timeout client 1s
  timeout server 1s
backend web
  server a 10.0.0.1:80
`

async function adopted(t: Test, source = text) {
  const out = temporaryFolder(t)
  const file = join(out, 'haproxy.cfg')
  writeFileSync(file, source)
  const options = { files: [file], out, requests: [], root: out, masterSocket: '/run/m.sock' }
  return adoptFiles(options)
}

t.test('HAProxy’s answer tells whose error it is', { skip: missingProgram('haproxy') }, async t => {
  const good = await adopted(t)
  t.same(await checkAdoption(good, text), { kind: 'accepted' })
  t.match(await checkAdoption(good, 'nonsense\n'), { kind: 'rejected', wasRejected: false })
  const bad = await adopted(t, text.replace('mode http', 'mode http\n  nonsense'))
  t.match(await checkAdoption(bad, 'nonsense\n'), {
    kind: 'rejected',
    report: /nonsense/,
    wasRejected: true,
  })
})

t.test('without HAProxy the rendering is not checked', async t => {
  const { PATH } = process.env
  process.env['PATH'] = '/nowhere'
  t.teardown(() => (process.env['PATH'] = PATH))
  t.match(await checkAdoption(await adopted(t), text), { kind: 'unchecked', reason: /install it/ })
})
