import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { missingProgram, temporaryFolder, until, type Tidy } from 'real-components'
import t from 'tap'
import { checkConfiguration } from '../src/reload/check-configuration.js'

function fileWith(t: Tidy, text: string, mode = 0o600): string {
  const path = join(temporaryFolder(t), 'haproxy.cfg')
  writeFileSync(path, text, { mode })
  return path
}

const good = `defaults
  mode http
  timeout connect 1s
  timeout client 1s
  timeout server 1s
backend nodes
  server s1 10.0.0.1:80
frontend web
  bind 127.0.0.1:80
  default_backend nodes
`

t.test('a binary that is not there makes the check unavailable', async t => {
  await t.rejects(checkConfiguration(fileWith(t, good), { binary: '/nonexistent/haproxy' }), {
    name: 'ReloadError',
    code: 'check-unavailable',
    message: /\/nonexistent\/haproxy/,
    cause: { code: 'ENOENT' },
  })
})

t.test('a binary below a file makes the check unavailable', async t => {
  const binary = join(fileWith(t, ''), 'haproxy')
  await t.rejects(checkConfiguration(fileWith(t, good), { binary }), {
    code: 'check-unavailable',
    cause: { code: 'ENOTDIR' },
  })
})

t.test('a binary that is killed has checked nothing', async t => {
  const binary = fileWith(t, '#!/bin/sh\nkill -9 $$\n', 0o700)
  await t.rejects(checkConfiguration('any.cfg', { binary }), { code: 'check-unavailable' })
})

t.test('an abort during the check kills the binary', async t => {
  const folder = temporaryFolder(t)
  const pidFile = join(folder, 'pid')
  const binary = fileWith(
    t,
    `#!/bin/sh\necho $$ > ${pidFile}.part\nmv ${pidFile}.part ${pidFile}\nexec sleep 60\n`,
    0o700,
  )
  const controller = new AbortController()
  const rejected = t.rejects(checkConfiguration('any.cfg', { binary, signal: controller.signal }), {
    name: 'AbortError',
  })
  const pid = await until('the binary to run', () => {
    try {
      return Number(readFileSync(pidFile, 'utf8'))
    } catch {
      return undefined
    }
  })
  controller.abort()
  await rejected
  await until('the binary to be gone', () => {
    try {
      process.kill(pid, 0)
      return false
    } catch {
      return true
    }
  })
})

const real = { skip: missingProgram('haproxy') }

t.test('a good file passes', real, async t => {
  t.strictSame(await checkConfiguration(fileWith(t, good)), { ok: true })
})

t.test('a bad line is found, with what HAProxy says of it', real, async t => {
  const result = await checkConfiguration(
    fileWith(t, good.replace('10.0.0.1:80', '10.0.0.1:80 no-such-word')),
  )
  t.match(result, { ok: false, report: /no-such-word/, line: 7 })
})

t.test('the line is that of the first complaint', real, async t => {
  const text = good.replace('mode http', 'mode smtp').replace(':80', ':80 no-such-word')
  t.match(await checkConfiguration(fileWith(t, text)), { ok: false, line: 2 })
})

t.test('a fault that belongs to no line is reported without one', real, async t => {
  const text = good.replace('default_backend nodes', 'default_backend ghosts')
  t.match(await checkConfiguration(fileWith(t, text)), {
    ok: false,
    report: /ghosts/,
    line: undefined,
  })
})
