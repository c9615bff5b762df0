import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import type { FileTree } from '../src/file-tree.js'
import { findingText, type Finding } from '../src/lint/finding.js'
import { generate, type Layout } from '../src/generate/generate.js'
import { lint } from '../src/lint/lint.js'
import { lintScanDirectory } from '../src/lint/lint-scan-directory.js'
import { lintSource } from '../src/lint/lint-source.js'
import { writeTree } from '../src/generate/write-tree.js'
import { runBin } from './run-bin.js'

/** Files to put into a sound tree, or to take out of it. */
type Change = Readonly<Record<string, string | null>>

/** A mistake: what makes it, and what is to be said of it. */
type Mistake = readonly [what: string, change: Change, fatal: boolean, said: RegExp]

const sound = {
  folders: { up: 'mkdir x', down: 'rmdir x' },
  all: { contents: ['folders', 'db'] },
  db: { run: 'exec db', ready: { check: 'exec ping' }, log: '/log/db' },
  web: { run: 'exec web', finish: 'true', after: ['all'] },
}

function changed(layout: Layout, change: Change): FileTree {
  const root = layout === 's6-overlay' ? 's6-rc.d/' : ''
  const tree = new Map(generate(sound, { layout }))
  for (const [path, content] of Object.entries(change)) {
    const key = path.startsWith('/') ? path.slice(1) : `${root}${path}`
    const mode = tree.get(key)?.mode ?? (content?.startsWith('#!') ? 0o755 : 0o644)
    if (content === null) tree.delete(key)
    else tree.set(key, { content, mode })
  }
  return tree
}

/** What `s6-rc-compile` refuses, and what it accepts in silence. */
const ofSources: readonly Mistake[] = [
  [
    'unknown dependency',
    { 'web/dependencies.d/wbe': '' },
    true,
    /^service web, dependencies\.d: expected one of .*db.*got wbe/,
  ],
  ['unknown member', { 'all/contents.d/wbe': '' }, true, /^service all, contents\.d: .*got wbe/],
  [
    'cycle',
    { 'db/dependencies.d/web': '' },
    true,
    /expected services that can start .*got a cycle, all → db → web → all$/,
  ],
  ['cycle of bundles', { 'all/contents.d/all': '' }, true, /got a cycle, all → all$/],
  ['longrun without run', { 'web/run': null }, true, /^service web, run: .*got nothing/],
  [
    'no type',
    { 'web/type': null },
    true,
    /^service web, type: expected longrun, oneshot or bundle.*got nothing$/,
  ],
  [
    'unknown type',
    { 'web/type': 'daemon\n' },
    true,
    /^service web, type: expected longrun.*got "daemon"/,
  ],
  ['type with a carriage return', { 'web/type': 'longrun\r\n' }, true, /got "longrun\\r"/],
  ['oneshot without up', { 'folders/up': null }, true, /^service folders, up: .*got nothing/],
  [
    'unmatched {',
    { 'folders/up': 'foreground { echo a\n' },
    true,
    /^service folders, up: .*got unmatched \{/,
  ],
  [
    'unmatched }',
    { 'folders/down': 'echo a }\n' },
    true,
    /^service folders, down: .*got unmatched \}/,
  ],
  ['unfinished quotation', { 'folders/up': 'echo "a\n' }, true, /got unfinished word or quotation/],
  [
    'producer without consumer back',
    { 'db-log/consumer-for': 'web\n' },
    true,
    /^service db, producer-for: .*got db-log, which has no consumer-for that says db/,
  ],
  [
    'consumer without producer back',
    { 'db/producer-for': null },
    true,
    /^service db-log, consumer-for: .*got db, which has no producer-for that says db-log/,
  ],
  [
    'oneshot in a pipeline',
    { 'db/producer-for': 'folders\n' },
    true,
    /^service db, producer-for: .*got folders, which is a oneshot/,
  ],
  [
    'unknown service in a pipeline',
    { 'db/producer-for': 'x\n' },
    true,
    /got x, which is not there/,
  ],
  [
    'two consumers',
    { 'db/producer-for': 'db-log\nweb\n' },
    true,
    /^service db, producer-for: expected one name.*got db-log, web/,
  ],
  [
    'pipeline-name equal to a service',
    { 'db-log/pipeline-name': 'web\n' },
    true,
    /pipeline-name: expected another name.*got web, which is a service/,
  ],
  [
    'notification-fd text',
    { 'db/notification-fd': 'three\n' },
    true,
    /notification-fd: expected a number from 3 to 1023.*got "three"$/,
  ],
  [
    'negative timeout',
    { 'folders/timeout-up': '-1\n' },
    true,
    /^service folders, timeout-up: expected a number.*got "-1"/,
  ],
  [
    'reserved prefix s6rc-',
    { 's6rc-x/type': 'bundle\n', 's6rc-x/contents.d/db': '' },
    true,
    /^service s6rc-x, name: .*got a reserved beginning/,
  ],
  [
    'reserved prefix s6-rc-',
    { 's6-rc-x/type': 'bundle\n', 's6-rc-x/contents.d/db': '' },
    true,
    /^service s6-rc-x, name/,
  ],
  [
    'syntax of a shell script',
    { 'db/data/run': '#!/bin/sh\nif true; then\n' },
    true,
    /^service db, data\/run: expected what sh can read.*got .*/,
  ],
  [
    'syntax of an execline script',
    { 'web/run': '#!/usr/bin/execlineb -P\nif { true\n' },
    true,
    /^service web, run: expected what execlineb can read.*got unmatched \{/,
  ],
  [
    'no interpreter',
    { 'web/run': 'exec web\n' },
    true,
    /^service web, run: expected a first line as #!\/bin\/sh,.*got "exec web"/,
  ],
  [
    'blank line before the interpreter',
    { 'web/run': '\n#!/bin/sh\n' },
    true,
    /^service web, run: expected a first line.*got ""/,
  ],
  [
    'interpreter with a carriage return',
    { 'web/run': '#!/bin/sh\r\nexec web\r\n' },
    true,
    /^service web, run: .*got "#!\/bin\/sh\\r"/,
  ],
  [
    'check without notification-fd',
    { 'db/notification-fd': null },
    true,
    /^service db, notification-fd: expected the descriptor that s6-notifyoncheck.*got nothing/,
  ],
  [
    'check that is missing',
    { 'db/data/check': null },
    true,
    /^service db, data\/check: .*got nothing/,
  ],
  [
    'up with a shebang and two lines',
    { 'folders/up': '#!/bin/sh\necho a\necho b\n' },
    false,
    /^service folders, up: expected one command line.*got a script \(#!\/bin\/sh\)/,
  ],
  [
    'up of two lines',
    { 'folders/up': 'echo a\necho b\n' },
    false,
    /up: expected one command line.*got a second line, which becomes arguments of echo: echo b/,
  ],
  [
    'up in the language of a shell',
    { 'folders/up': 'mkdir x && chmod 700 x\n' },
    false,
    /up: expected one command line.*got &&, which is no syntax of execline/,
  ],
  [
    'empty up',
    { 'folders/up': '# nothing yet\n' },
    false,
    /^service folders, up: expected a command line.*got no command/,
  ],
  [
    'unknown down-signal',
    { 'web/down-signal': 'SIGSTOPP\n' },
    false,
    /^service web, down-signal: expected the name of a signal.*got "SIGSTOPP"/,
  ],
  [
    'max-death-tally too large',
    { 'web/max-death-tally': '4097\n' },
    false,
    /max-death-tally: expected a number from 0 to 4096.*got "4097"/,
  ],
  [
    'a log folder',
    { 'web/log/run': '#!/bin/sh\n' },
    false,
    /^service web, log: expected a logger that is a service of its own.*got .*/,
  ],
  [
    'unknown file',
    { 'web/dependecies.d/db': '' },
    false,
    /^service web, dependecies\.d: expected one of .*dependencies\.d.*got a file or folder that is ignored/,
  ],
  [
    'file of another type',
    { 'folders/run': '#!/bin/sh\n' },
    false,
    /^service folders, run: .*got a file or folder that is ignored/,
  ],
  [
    'empty bundle',
    { 'none/type': 'bundle\n' },
    false,
    /^service none, contents\.d: expected at least one service.*got an empty bundle/,
  ],
  [
    'notification-fd of the log',
    { 'db/notification-fd': '2\n' },
    false,
    /^service db, notification-fd: expected a number from 3.*got "2"/,
  ],
  [
    'pipeline-name at the producer',
    { 'db/pipeline-name': 'x\n' },
    false,
    /^service db, pipeline-name: .*got a name that is ignored/,
  ],
  [
    'carriage returns in a script',
    { 'web/run': '#!/bin/sh\nexec web\r\n' },
    false,
    /^service web, run: .*got carriage returns/,
  ],
]

const ofOverlay: readonly Mistake[] = [
  [
    'a service that nothing starts',
    { '/s6-rc.d/user/contents.d/web': null, '/user-bundles.d/user/contents.d/web': null },
    false,
    /^service web, user\/contents\.d: expected user\/contents\.d\/web, got a service that nothing starts/,
  ],
  [
    'a bundle of what is not there',
    { '/s6-rc.d/user/contents.d/wbe': '' },
    true,
    /^service user, user\/contents\.d: expected one of.*got wbe/,
  ],
  [
    'no base',
    { 'folders/dependencies.d/base': null },
    false,
    /^service folders, dependencies\.d: .*got nothing that waits for base/,
  ],
  [
    'with-contenv of an optional part',
    { 'web/run': '#!/usr/bin/with-contenv sh\n' },
    false,
    /^service web, run: expected #!\/command\/with-contenv;.*got .*/,
  ],
]

const ofScanDirectories: readonly Mistake[] = [
  [
    'no run',
    { 'web/run': null },
    true,
    /^service web, run: expected an executable file.*got nothing/,
  ],
  ['an empty folder', { 'x/': '' }, true, /^service x, run: .*got nothing/],
  ['a log that cannot run', { 'db/log/run': null }, true, /^service db\/log, run: .*got nothing/],
  ['no interpreter', { 'web/run': 'exec web\n' }, true, /^service web, run: .*got "exec web"/],
  [
    'a wait for nobody',
    { 'web/run': '#!/bin/sh\ns6-svwait -U ../wbe &\n' },
    true,
    /^service web, run: expected one of.*got a wait for wbe/,
  ],
  [
    'a cycle',
    { 'db/run': '#!/bin/sh\ns6-svwait -U ../web &\n' },
    true,
    /got a cycle, db → web → db/,
  ],
  [
    'unknown file',
    { 'web/dependencies.d/db': '' },
    false,
    /^service web, dependencies\.d: .*got a file or folder that is ignored/,
  ],
  [
    'unknown down-signal',
    { 'web/down-signal': 'TERMINATE\n' },
    false,
    /^service web, down-signal: .*got "TERMINATE"/,
  ],
  [
    'timeout-kill text',
    { 'web/timeout-kill': '5s\n' },
    false,
    /^service web, timeout-kill: expected a number.*got "5s"/,
  ],
  [
    'max-death-tally too large',
    { 'web/max-death-tally': '5000\n' },
    false,
    /max-death-tally: expected a number from 0 to 4096, got "5000"/,
  ],
  [
    'notification-fd of the log',
    { 'web/notification-fd': '1\n' },
    false,
    /notification-fd: expected a number from 3 to 1023, got "1"/,
  ],
  [
    'syntax of a shell script',
    { '.s6-svscan/SIGTERM': '#!/bin/sh\nfi\n' },
    true,
    /^service \.s6-svscan, SIGTERM: expected what sh can read.*got .*/,
  ],
]

const table: readonly (readonly [Layout, readonly Mistake[]])[] = [
  ['s6-rc', ofSources],
  ['s6-overlay', [...ofSources, ...ofOverlay]],
  ['s6', ofScanDirectories],
]

function withoutShell(tree: FileTree, layout: Layout): readonly Finding[] {
  return layout === 's6' ? lintScanDirectory(tree) : lintSource(tree, layout)
}

for (const [layout, mistakes] of table) {
  t.test(`each mistake in a tree for ${layout} is told`, async t => {
    t.strictSame(await lint(changed(layout, {})), [], 'and none where there is none')
    for (const [what, change, fatal, said] of mistakes) {
      const tree = changed(layout, change)
      // A shell is asked only where it is to answer: that takes its time.
      const findings = said.source.includes('can read')
        ? await lint(tree)
        : withoutShell(tree, layout)
      const told = findings.filter(finding => said.test(findingText({ ...finding, fatal: true })))
      t.equal(told.length, 1, `${what}: ${findings.map(findingText).join('\n')}`)
      t.equal(told[0]?.fatal, fatal, `${what} is ${fatal ? 'fatal' : 'accepted in silence'}`)
    }
  })
}

t.test('what cannot be executed is told where s6 executes it itself', async t => {
  for (const [path, field] of [
    ['web/run', 'run'],
    ['web/finish', 'finish'],
    ['web/data/run', 'data/run'],
    ['.s6-svscan/SIGTERM', 'SIGTERM'],
  ] as const) {
    const tree = new Map(generate(sound, { layout: 's6' }))
    tree.set(path, { content: tree.get(path)?.content ?? '', mode: 0o644 })
    t.match(await lint(tree), [{ rule: 'not-executable', field, found: 'permissions 644' }])
  }
  const source = new Map(generate(sound, { layout: 's6-rc' }))
  source.set('web/run', { content: source.get('web/run')?.content ?? '', mode: 0o644 })
  t.strictSame(await lint(source), [], 's6-rc-compile makes run executable')
})

t.test('what looks odd and is right is accepted', async t => {
  const changes: readonly Change[] = [
    { 'folders/up': 'foreground { mkdir x }\nchmod 700 x\n' },
    { 'folders/up': '#!/command/execlineb -P\nif { true } mkdir x\n' },
    { 'folders/up': '# made by hand\n/bin/sh -c "mkdir x &&\n  chmod 700 x"\n' },
    { 'folders/up': 's6-setuidgid nobody\nmkdir x\n' },
    { 'folders/down': '' },
    { 'folders/up': 'mkdir x\r\n' },
    { 'web/down-signal': '15\n', 'web/notification-fd': '4' },
    { 'web/run': '#!/usr/bin/env -S bash -e\nexec web\n' },
    { 'web/run': '\u007fELF\u0001' },
    { 'web/dependencies.d/all': null, 'web/dependencies': '# of old\n  all\n' },
    { 'web/flag-essential': '', 'web/lock-fd': '5\n' },
    { 'db/dependencies.d/db-pipeline': null, 'web/dependencies.d/db-pipeline': '' },
  ]
  for (const change of changes) {
    const findings = withoutShell(changed('s6-rc', change), 's6-rc')
    t.strictSame(findings, [], JSON.stringify(change))
  }
})

t.test('the layout of a tree is told by its files', async t => {
  const run = { content: '#!/bin/sh\n', mode: 0o755 }
  t.strictSame(await lint(new Map([['web/run', run]])), [])
  t.match(await lint(new Map([['web/run', run]]), { layout: 's6-rc' }), [{ rule: 'type' }])
  t.match(await lint(new Map([['s6-rc.d/web/run', run]])), [{ rule: 'type' }])
  t.match(await lint(new Map([['web/dependencies.d/x', run]])), [{ service: 'web' }])
})

t.test('the program tells the mistakes of a tree, and ends with 1', async t => {
  const folder = temporaryFolder(t)
  const [good, bad] = [join(folder, 'good'), join(folder, 'bad')]
  await writeTree(good, changed('s6-rc', {}))
  await writeTree(bad, changed('s6-rc', { 'web/run': null, 'web/down-signal': 'X\n' }))
  t.match(runBin('lint', good), { status: 0, stdout: `Found no mistake in ${good}\n`, stderr: '' })
  const { status, stdout } = runBin('lint', bad)
  t.equal(status, 1)
  t.match(stdout, /^service web, run: expected what a longrun cannot be without.*got nothing$/m)
  t.match(stdout, /^service web, down-signal: .* \(accepted in silence\)$/m)
  t.match(stdout, /^Found 1 fatal and 1 silently accepted mistakes in /m)
  t.match(JSON.parse(runBin('lint', bad, '--json').stdout), [
    { rule: 'missing', service: 'web', field: 'run', fatal: true },
    { rule: 'signal', service: 'web', field: 'down-signal', found: '"X"', fatal: false },
  ])
  t.match(runBin('lint', join(folder, 'none')), {
    status: 2,
    stderr: /^error: Cannot read the tree/,
  })
  mkdirSync(join(folder, 'foreign'))
  writeFileSync(join(folder, 'foreign', 'x'), '')
  t.match(runBin('lint', bad, '--layout', 'runit'), { status: 2, stderr: /Allowed choices/ })
})
