import t from 'tap'
import { lintSource } from '../../src/lint/lint-source.js'
import { changed, type Change } from '../sound-trees.js'
import { testMistakes, type Mistake } from './mistakes.js'

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

testMistakes('s6-rc', ofSources, tree => lintSource(tree, 's6-rc'))
testMistakes('s6-overlay', [...ofSources, ...ofOverlay], tree => lintSource(tree, 's6-overlay'))

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
    const findings = lintSource(changed('s6-rc', change), 's6-rc')
    t.strictSame(findings, [], JSON.stringify(change))
  }
})
