import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plan } from 'haproxy-reloader'
import { HaproxyError } from 'haproxy-runtime'
import t from 'tap'
import type { Rendered } from 'haproxy-config-render'
import { ConfigTextError } from 'haproxy-config-text'
import { plannedChange, type PlannedHaproxy } from '../../src/rendering/planned-change.js'
import { openRenderer } from '../../src/rendering/renderer.js'
import type { Rendering } from '../../src/rendering/rendering.js'
import { smallestConfiguration } from './smallest-configuration.js'

const renderer = await openRenderer(smallestConfiguration())

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
const rendered = (text: string): Rendered => ({
  text,
  pools: [],
  lines: [],
  sourceMap: [],
  quarantined: [],
  unprintedPools: [],
  frame: {},
})
const rendering = (text: string): Rendering => ({
  ...renderer.render(new Map(), new Map()),
  rendered: rendered(text),
})

const accepts: PlannedHaproxy['validate'] = async () => ({
  kind: 'accepted',
  rendered: rendered(''),
  quarantined: [],
  checks: 1,
})

interface Circumstances {
  readonly file?: string
  readonly validate?: typeof accepts
  readonly takenPorts?: readonly string[]
}

const planOf = (
  plan: Plan,
  text: string | undefined,
  after: string,
  { file = '/absent', validate = accepts, takenPorts = [] }: Circumstances = {},
) => {
  const reloader = { preview: () => Promise.resolve({ plan, text, takenPorts, files: [] }) }
  return plannedChange({ reloader, configFile: file, validate }, rendering(after))
}

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
  t.match(await planOf(reload, undefined, 'new\n', { file }), {
    kind: 'reload',
    trigger: 'unknown',
    difference: /^-old\n\+new$/m,
  })
})

const reload: Plan = { ...steps, kind: 'reload', trigger: 'text', operations: [] }

t.test('ports that are taken are part of a planned reload', async t => {
  t.match(await planOf(reload, 'a\n', 'b\n', { takenPorts: ['line 3: taken'] }), {
    kind: 'reload',
    takenPorts: ['line 3: taken'],
  })
})

const rejects: PlannedHaproxy['validate'] = async () => ({
  kind: 'rejected',
  errors: [],
  report: 'a.hbs:3: unknown keyword\nuser a insecure-password hunter22',
  checks: 1,
})

const absent: PlannedHaproxy['validate'] = () =>
  Promise.reject(new ConfigTextError('check-unavailable', 'there is no program haproxy'))

t.test('HAProxy checks a text that it would have to load, and no other', async t => {
  const { check } = await planOf(reload, 'a\n', 'b\n', { validate: rejects })
  t.match(check, { kind: 'rejected', report: /^a\.hbs:3: unknown keyword\n/ })
  t.notMatch(check?.report, 'hunter22')
  t.equal((await planOf(reload, 'a\n', 'b\n')).check, undefined)
  t.equal((await planOf(steps, 'a\n', 'b\n', { validate: rejects })).check, undefined)
  t.match(await planOf(reload, 'a\n', 'b\n', { validate: absent }), {
    kind: 'reload',
    check: { kind: 'unchecked', report: 'there is no program haproxy' },
  })
})

const unreachable = () => Promise.reject(new HaproxyError('unreachable', 'no socket'))
const failsOtherwise = () => Promise.reject(new Error('disk'))

t.test('while HAProxy is away, the file is prepared for its start', async t => {
  const file = join(t.testdir(), 'h.cfg')
  const away = (validate = accepts) =>
    plannedChange(
      { reloader: { preview: unreachable }, configFile: file, validate },
      rendering('new\n'),
    )
  t.match(await away(), {
    kind: 'start',
    reason: 'HAProxy does not answer: no socket',
    operations: [],
    difference: /^\+new$/m,
  })
  writeFileSync(file, 'new\n')
  t.match(await away(), { difference: '' })
  t.match(await away(rejects), { kind: 'start', check: { kind: 'rejected' } })
  const failing = { reloader: { preview: failsOtherwise }, configFile: file, validate: accepts }
  await t.rejects(plannedChange(failing, rendering('')), { message: 'disk' })
})

t.test(
  'the difference has the files next to the configuration, and the steps have them',
  async t => {
    const path = join(t.testdir({ 'm.map': 'a b\n' }), 'm.map')
    const files = [{ path, text: 'a c\n', use: 'map' as const, pools: [] }]
    const plan: Plan = { ...steps, operations: [{ kind: 'set-map', path }], draining: [] }
    const preview = () =>
      Promise.resolve({ plan, text: 'same\n', takenPorts: [], files: [{ path, text: 'a b\n' }] })
    const haproxy = { reloader: { preview }, configFile: '/absent', validate: accepts }
    const change = await plannedChange(haproxy, {
      ...rendering('same\n'),
      rendered: { ...rendered('same\n'), files },
    })
    t.match(change, {
      operations: [{ kind: 'set-map', path }],
      difference: `--- ${path}\n+++ planned\n@@ -1,1 +1,1 @@\n-a b\n+a c\n`,
    })
  },
)
