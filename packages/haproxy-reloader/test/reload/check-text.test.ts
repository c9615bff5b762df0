import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkConfiguration, ConfigTextError } from 'haproxy-config-text'
import { createRuntimeClient } from 'haproxy-runtime'
import { missingProgram } from 'real-components'
import t, { type Test } from 'tap'
import { createCheck, findRejection, type CheckText } from '../../src/reload/check-text.js'

const { signal } = new AbortController()

/** A check while no HAProxy answers. */
const checkFor = (configFile: string) =>
  createCheck({ configFile, runtime: createRuntimeClient({ socket: '/no/runtime.sock' }) })

const text = 'backend nodes\n  server s1 10.0.0.1:80\n  server s2 10.0.0.2:80\n'
const desired = {
  text,
  pools: [],
  lines: [
    { line: 2, pool: 'nodes', server: 's1' },
    { line: 3, pool: 'nodes', server: 's2' },
  ],
}

const refusing =
  (line: number | undefined): CheckText =>
  async () => ({ ok: false, report: 'unknown keyword', problems: [], line })

const failing: CheckText = () => Promise.reject(new RangeError('bug'))

t.test('an accepted text is not rejected', async t => {
  const checked: string[] = []
  const accept: CheckText = async each => {
    checked.push(each)
    return { ok: true }
  }
  t.equal(await findRejection(accept, desired, signal), undefined)
  t.strictSame(checked, [text])
})

t.test('a rejection has the report, the line and the server on it', async t => {
  t.strictSame(await findRejection(refusing(3), desired, signal), {
    kind: 'rejected',
    report: 'unknown keyword',
    line: 3,
    server: 's2',
  })
})

t.test('a line without a server, and a problem without a line', async t => {
  t.strictSame(await findRejection(refusing(1), desired, signal), {
    kind: 'rejected',
    report: 'unknown keyword',
    line: 1,
  })
  t.strictSame(await findRejection(refusing(undefined), { text, pools: [] }, signal), {
    kind: 'rejected',
    report: 'unknown keyword',
  })
})

t.test('an empty text is rejected without a check', async t => {
  t.match(await findRejection(failing, { text: ' \n\n', pools: [] }, signal), {
    kind: 'rejected',
    report: /empty/,
  })
})

t.test('an abort before the check throws its reason', async t => {
  const aborted = AbortSignal.abort(new Error('enough'))
  await t.rejects(findRejection(refusing(1), desired, aborted), { message: 'enough' })
})

t.test('a check that cannot run is a ReloadError with the cause', async t => {
  const cause = Object.assign(new Error('spawn ENOENT'), { code: 'ENOENT' })
  const unavailable: CheckText = () =>
    Promise.reject(new ConfigTextError('check-unavailable', 'no program haproxy', { cause }))
  await t.rejects(findRejection(unavailable, desired, signal), {
    name: 'ReloadError',
    code: 'check-unavailable',
    message: 'no program haproxy',
    cause,
  })
})

t.test('any other error of a check is passed on', async t => {
  await t.rejects(findRejection(failing, desired, signal), { name: 'RangeError' })
})

/** A program in HAProxy's place. */
function program(t: Test, script: string): string {
  const path = join(t.testdir({ haproxy: `#!/bin/sh\n${script}\n` }), 'haproxy')
  chmodSync(path, 0o700)
  return path
}

for (const [what, binaryOf] of [
  ['is missing', () => '/nonexistent/haproxy'],
  ['is below a file', (t: Test) => join(program(t, 'true'), 'haproxy')],
  ['is killed', (t: Test) => program(t, 'kill -9 $$')],
] as const) {
  t.test(`a binary that ${what} makes the check unavailable`, async t => {
    const binary = binaryOf(t)
    const check: CheckText = each => checkConfiguration(each, { binary })
    await t.rejects(findRejection(check, desired, signal), {
      name: 'ReloadError',
      code: 'check-unavailable',
    })
  })
}

const real = { skip: missingProgram('haproxy') }

t.test('the default check resolves default-path as for the file itself', real, async t => {
  const folder = t.testdir({ conf: { 'errors.http': 'HTTP/1.0 503 Away\r\n\r\n' } })
  const withPath = `global
  default-path config
defaults
  mode http
  timeout connect 1s
  timeout client 1s
  timeout server 1s
  errorfile 503 errors.http
frontend web
  bind 127.0.0.1:80
  default_backend nodes
backend nodes
  server s1 10.0.0.1:80
`
  const configFile = join(folder, 'conf', 'haproxy.cfg')
  t.strictSame(await checkFor(configFile)(withPath, {}), { ok: true })
  writeFileSync(join(folder, 'haproxy.cfg'), withPath)
  t.match(await checkFor(join(folder, 'haproxy.cfg'))(withPath, {}), { ok: false, line: 8 })
})

t.test('a bad line is reported with its number', real, async t => {
  const check = checkFor(join(t.testdir(), 'haproxy.cfg'))
  t.match(
    await findRejection(
      check,
      { ...desired, text: text.replace(':80\n', ':80 no-such-word\n') },
      signal,
    ),
    {
      kind: 'rejected',
      report: /no-such-word/,
      line: 2,
      server: 's1',
    },
  )
})

t.test('the line is that of the first problem, and a problem may have none', real, async t => {
  const check = checkFor(join(t.testdir(), 'haproxy.cfg'))
  const twice = 'defaults\n  mode smtp\nbackend nodes\n  server s1 10.0.0.1:80 no-such-word\n'
  t.match(await check(twice, {}), { ok: false, line: 2 })
  const ghosts = `defaults
  mode http
  timeout connect 1s
  timeout client 1s
  timeout server 1s
frontend web
  bind 127.0.0.1:80
  default_backend ghosts
`
  t.match(await check(ghosts, {}), { ok: false, report: /ghosts/, line: undefined })
})
