import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plan } from 'haproxy-reloader'
import { HaproxyError } from 'haproxy-runtime'
import t from 'tap'
import { plannedChange } from '../../src/rendering/planned-change.js'

const server = { name: 's1', address: '10.0.0.1', port: 80, weight: 5, options: 'sni str(secret)' }
const steps: Plan = {
  kind: 'runtime',
  reason: 'add web/s1, drain web/s2',
  operations: [
    { kind: 'add', pool: 'web', server },
    { kind: 'drain', pool: 'web', name: 's2', agentChecked: false },
  ],
  draining: ['web/s3'],
}

/** A rendering with this text. */
const rendering = (text: string) => ({
  rendered: {
    text,
    pools: [],
    lines: [],
    sourceMap: [],
    quarantined: [],
    unprintedPools: [],
    frame: {},
  },
})

const planOf = (plan: Plan, before: string | undefined, after: string, file = '/absent') =>
  plannedChange(previewing(plan, before), file, rendering(after))

const previewing = (plan: Plan, text: string | undefined, takenPorts: readonly string[] = []) => ({
  preview: () => Promise.resolve({ plan, text, takenPorts, files: [] }),
})

t.test('a change has its steps without options, and the difference of the texts', async t => {
  t.strictSame(await planOf(steps, 'a\n', 'b\n'), {
    kind: 'runtime',
    reason: 'add web/s1, drain web/s2',
    operations: [
      { kind: 'add', pool: 'web', server: 's1', address: '10.0.0.1', port: 80, weight: 5 },
      { kind: 'drain', pool: 'web', server: 's2' },
    ],
    draining: ['web/s3'],
    difference: '--- running\n+++ planned\n@@ -1,1 +1,1 @@\n-a\n+b\n',
  })
})

t.test('the difference has no secrets', async t => {
  const { difference } = await planOf(
    steps,
    '',
    'userlist u\n  user a insecure-password hunter22\n',
  )
  t.match(difference, '+  user a insecure-password [')
  t.notMatch(difference, 'hunter22')
})

t.test('where the running text is unknown, the file is compared', async t => {
  const file = join(t.testdir({ 'h.cfg': 'old\n' }), 'h.cfg')
  const reload: Plan = { ...steps, kind: 'reload', trigger: 'unknown', operations: [] }
  t.match(await planOf(reload, undefined, 'new\n', file), {
    kind: 'reload',
    trigger: 'unknown',
    difference: /^-old\n\+new$/m,
  })
})

t.test('ports that are taken are part of a planned reload', async t => {
  const reload: Plan = {
    kind: 'reload',
    reason: 'x',
    trigger: 'text',
    operations: [],
    draining: [],
  }
  const previewed = previewing(reload, 'a\n', ['line 3: taken'])
  t.match(await plannedChange(previewed, '/absent', rendering('b\n')), {
    kind: 'reload',
    takenPorts: ['line 3: taken'],
  })
})

const unreachable = () => Promise.reject(new HaproxyError('unreachable', 'no socket'))
const failsOtherwise = () => Promise.reject(new Error('disk'))

t.test('while HAProxy is away, the file is prepared for its start', async t => {
  const file = join(t.testdir(), 'h.cfg')
  const away = () => plannedChange({ preview: unreachable }, file, rendering('new\n'))
  t.match(await away(), {
    kind: 'start',
    reason: 'HAProxy does not answer: no socket',
    operations: [],
    difference: /^\+new$/m,
  })
  writeFileSync(file, 'new\n')
  t.match(await away(), { difference: '' })
  await t.rejects(plannedChange({ preview: failsOtherwise }, file, rendering('')), {
    message: 'disk',
  })
})
