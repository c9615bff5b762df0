import t from 'tap'
import {
  stepsFromFiles,
  stepsFromFindings,
  withFileSteps,
  type FileFinding,
} from '../../src/named-files/file-steps.js'
import type { DesiredFile } from '../../src/plan/desired-file.js'
import { noDifference } from '../../src/plan/text-difference.js'

const map: DesiredFile = { path: '/m', text: 'a 1\n', use: 'map' }
const acl: DesiredFile = { path: '/a', text: '10.0.0.1\n', use: 'acl' }
const script: DesiredFile = { path: '/s.lua', text: '-- one\n', use: 'reload' }
const other = (file: DesiredFile): DesiredFile => ({ ...file, text: `${file.text}#\n` })

t.test('the identical files, equal ones, and none need no step', async t => {
  const files = [map, acl]
  t.equal(stepsFromFiles(files, files), undefined)
  t.equal(stepsFromFiles(files, [{ ...acl }, { ...map }]), undefined)
  t.equal(stepsFromFiles(files, undefined), undefined)
  t.equal(stepsFromFiles(undefined, []), undefined)
})

t.test('a changed list is set, and any other changed file is a reload', async t => {
  const lists = { lists: [other(map)], stale: [], reload: undefined }
  t.strictSame(stepsFromFiles([map, acl, script], [other(map), acl, script]), lists)
  t.match(stepsFromFiles([map, script], [map, other(script)]), {
    lists: [],
    reload: { trigger: 'file', reason: '/s.lua has another content' },
  })
  t.strictSame(stepsFromFiles([], [acl])?.lists, [acl], 'a new one too')
  const used: DesiredFile = { ...map, use: 'acl' }
  t.strictSame(stepsFromFiles([map], [used])?.lists, [used])
})

type Found = Pick<FileFinding, 'running' | 'isWritten' | 'wasConfirmed'>

const cases: readonly (readonly [Found['running'], boolean, boolean, string])[] = [
  ['same', true, false, 'none'],
  ['same', false, false, 'stale'],
  ['other', true, true, 'lists'],
  ['other', false, false, 'lists'],
  ['unread', true, true, 'none'],
  ['unread', false, true, 'stale'],
  ['unread', true, false, 'lists'],
  ['unknown', true, false, 'none'],
  ['unknown', false, true, 'stale'],
  ['unknown', false, false, 'reload'],
]

for (const [running, isWritten, wasConfirmed, step] of cases) {
  const disk = isWritten ? 'written' : 'stale'
  const known = wasConfirmed ? 'confirmed' : 'not confirmed'
  t.test(`a file that is ${running} in HAProxy, ${disk} and ${known}: ${step}`, async t => {
    const steps = stepsFromFindings([{ file: map, running, isWritten, wasConfirmed }])
    t.strictSame(
      steps && [steps.lists.length, steps.stale.length, steps.reload?.trigger],
      {
        none: undefined,
        stale: [0, 1, undefined],
        lists: [1, 0, undefined],
        reload: [0, 0, 'file'],
      }[step],
    )
  })
}

const nothing = {
  kind: 'noop',
  reason: 'HAProxy runs this already',
  operations: [],
  draining: [],
} as const

t.test('lists come before servers in a plan, and its reason names both', async t => {
  const drain = { kind: 'drain', pool: 'p', name: 's', agentChecked: false } as const
  const servers = { ...nothing, kind: 'runtime', reason: 'drain p/s', operations: [drain] } as const
  const files = { lists: [map, acl], stale: [], reload: undefined }
  t.match(withFileSteps({ plan: servers, difference: noDifference }, files).plan, {
    kind: 'runtime',
    reason: 'set-map /m, set-acl /a, drain p/s',
    operations: [{ kind: 'set-map', path: '/m' }, { kind: 'set-acl', path: '/a' }, drain],
  })
  t.match(withFileSteps({ plan: nothing, difference: noDifference }, files).plan, {
    kind: 'runtime',
    reason: 'set-map /m, set-acl /a',
  })
})

t.test('a stale file changes no plan, and a reload has all files', async t => {
  const steps = { plan: nothing, difference: noDifference }
  const stale = { lists: [], stale: [map], reload: undefined }
  t.strictSame(withFileSteps(steps, stale), { ...steps, files: stale })
  const reload = { trigger: 'file', reason: 'why' } as const
  t.match(withFileSteps(steps, { lists: [map], stale: [], reload }).plan, {
    kind: 'reload',
    trigger: 'file',
    operations: [],
  })
  const reloading = { ...steps, plan: { ...nothing, kind: 'reload' as const } }
  t.equal(withFileSteps(reloading, stale), reloading)
})
