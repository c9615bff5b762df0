import t from 'tap'
import { lintSource } from '../../src/lint/lint-source.js'
import { changed, type Change } from '../sound-trees.js'
import { testMistakes, type Mistake } from './mistakes.js'

/** Sources that `s6-rc-compile` refuses, and those that it accepts in silence. */
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
    { 'none/type': 'bundle\n', 'none/contents': '# later\n' },
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
    'carriage return in one line',
    { 'web/run': '#!/bin/sh\nset -e\nexec sleep 9\r\necho\n' },
    false,
    /^service web, run: expected lines that end in a newline alone, got .* of line 3/,
  ],
  [
    'check on a descriptor of its own',
    { 'db/notification-fd': null, 'db/run': '#!/bin/sh\nexec s6-notifyoncheck -3 3 -d web\n' },
    true,
    /^service db, notification-fd: expected the descriptor that s6-notifyoncheck.*got nothing/,
  ],
  [
    'carriage returns in a script',
    { 'web/run': '#!/bin/sh\nexec web\r\n' },
    false,
    /^service web, run: .*got a carriage return at the end of line 2/,
  ],
  [
    'bundle without contents',
    { 'none/type': 'bundle\n' },
    true,
    /^service none, contents\.d: expected at least one service.*got nothing/,
  ],
  [
    'cycle over a pipeline',
    { 'db-log/dependencies.d/db': '' },
    true,
    /got a cycle, db → db-log → db$/,
  ],
  [
    'cycle over the name of a pipeline',
    { 'folders/dependencies.d/db-pipeline': '', 'db/dependencies.d/folders': '' },
    true,
    /got a cycle, db → folders → db-pipeline → db$/,
  ],
  [
    'pipeline-name used twice',
    {
      'a/type': 'longrun\n',
      'a/run': '#!/bin/sh\n',
      'a/producer-for': 'a-log\n',
      'a-log/type': 'longrun\n',
      'a-log/run': '#!/bin/sh\n',
      'a-log/consumer-for': 'a\n',
      'a-log/pipeline-name': 'db-pipeline\n',
    },
    true,
    /pipeline-name: .*got db-pipeline, which is another pipeline/,
  ],
  [
    'pipeline-name that is reserved',
    { 'db-log/pipeline-name': 's6rc-x\n' },
    true,
    /^service db-log, pipeline-name: expected a name that does not begin with s6rc- or s6-rc-/,
  ],
  [
    'notification-fd too large to read',
    { 'db/notification-fd': '99999999999\n' },
    true,
    /^service db, notification-fd: expected a number.*got "99999999999"/,
  ],
  [
    'time limit too large to read',
    { 'folders/timeout-up': '4294967296\n' },
    true,
    /^service folders, timeout-up: .*got "4294967296"/,
  ],
  [
    'time limit of two lines',
    { 'folders/timeout-up': '5\n6\n' },
    true,
    /^service folders, timeout-up: .*got "5\\n6"/,
  ],
  [
    'one descriptor for two things',
    { 'db/lock-fd': '3\n' },
    true,
    /^service db, lock-fd: expected another descriptor than that of notification-fd.*got 3/,
  ],
  [
    'dependencies.d that is a file',
    { 'db/dependencies.d': 'folders\n' },
    true,
    /^service db, dependencies\.d: expected a folder, got a file/,
  ],
  [
    'pipeline in a folder',
    { 'db/producer-for': null, 'db/producer-for.d/db-log': '' },
    true,
    /^service db-log, consumer-for: .*got db, which has no producer-for/,
  ],
  [
    'file of a reserved name',
    { 's6-rc-old': '' },
    true,
    /^service s6-rc-old, name: .*got a reserved beginning/,
  ],
  [
    'newline in a name',
    { 'a\nb/type': 'longrun\n', 'a\nb/run': '#!/bin/sh\n' },
    true,
    /name: expected a name without a newline, got "a\\nb"/,
  ],
  [
    'carriage returns in a list',
    {
      'web/dependencies.d/all': null,
      'web/dependencies.d/base': null,
      'web/dependencies': 'all\r\n',
    },
    true,
    /^service web, dependencies: expected one of .*got "all\\r"/,
  ],
  [
    'list beside the folder that replaces it',
    { 'web/dependencies': 'none\n' },
    false,
    /^service web, dependencies: expected its names in dependencies\.d, got a list that is ignored/,
  ],
  [
    'time limit of a bundle',
    { 'all/timeout-up': 'x\n' },
    false,
    /^service all, timeout-up: .*got a file or folder that is ignored/,
  ],
  [
    'dependencies of a bundle',
    { 'all/dependencies.d/nothing': '' },
    false,
    /^service all, dependencies\.d: .*got a file or folder that is ignored/,
  ],
  [
    'contents of a longrun',
    { 'web/contents.d/nothing': '' },
    false,
    /^service web, contents\.d: .*got a file or folder that is ignored/,
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

const bundleInFolder: Mistake = [
  'a bundle of what is not there, to be started late',
  { '/user-bundles.d/user2/contents.d/wbe': '' },
  true,
  /^service user2, user2\/contents\.d: expected one of.*got wbe/,
]

testMistakes('s6-rc', ofSources, tree => lintSource(tree, 's6-rc'))
testMistakes('s6-overlay', [...ofSources, ...ofOverlay, bundleInFolder], tree =>
  lintSource(tree, 's6-overlay'),
)

t.test('services of either bundle, and those behind what s6-overlay brings, are sound', async t => {
  const changes: readonly Change[] = [
    { '/s6-rc.d/user/contents.d/web': null, '/s6-rc.d/user2/contents.d/web': '' },
    { '/s6-rc.d/user/contents.d/web': null, '/user-bundles.d/user2/contents.d/web': '' },
    { 'web/dependencies.d/base': null, 'web/dependencies.d/legacy-cont-init': '' },
    { 'web/dependencies.d/base': null },
    { '/user-bundles.d/user/contents.d/.gitkeep': '', '/user-bundles.d/user2/contents.d/.x': '' },
    { '/s6-rc.d/user2/type': 'bundle\n', '/s6-rc.d/user2/contents.d/.gitkeep': '' },
  ]
  for (const change of changes) {
    const tree = changed('s6-overlay', { '/user-bundles.d/user/contents.d/web': null, ...change })
    t.strictSame(lintSource(tree, 's6-overlay'), [], JSON.stringify(change))
  }
})

t.test('what looks odd and is right is accepted', async t => {
  const changes: readonly Change[] = [
    { 'folders/up': 'foreground { mkdir x }\nchmod 700 x\n' },
    { 'folders/up': '#!/command/execlineb -P\nif { true } mkdir x\n' },
    { 'folders/up': '# made by hand\n/bin/sh -c "mkdir x &&\n  chmod 700 x"\n' },
    { 'folders/up': 's6-setuidgid nobody\nmkdir x\n' },
    { 'folders/down': '' },
    { 'folders/up': 'mkdir x\r\n' },
    { 'web/run': '#!/usr/bin/execlineb -P\nfdmove -c 2 1\r\nweb\r\n' },
    { 'web/run': "#!/bin/sh\n# made elsewhere\r\nexport A='x\r\ny'\nexec web\n" },
    { 'web/down-signal': '15\n', 'web/notification-fd': '4' },
    { 'web/run': '#!/usr/bin/env -S bash -e\nexec web\n' },
    { 'web/run': '\u007fELF\u0001' },
    { 'web/dependencies.d/all': null, 'web/dependencies': '# of old\n  all\n' },
    { 'web/flag-essential': '', 'web/lock-fd': '5\n' },
    { 'web/dependencies.d/db-pipeline': '' },
    { 'web/dependencies.d/.gitkeep': '', 'all/contents.d/.gitkeep': '' },
    { 'web/dependencies.d/db/': '', 'web/dependencies.d/folders/notes': '' },
    { 'web/type': 'longrun\nof the site\n', 'db/notification-fd': '3\n4\n' },
    { 'folders/up': 'mkdir x \\' },
    { 'folders/up': 'mkdir \\\n  x\n' },
  ]
  for (const change of changes) {
    const findings = lintSource(changed('s6-rc', change), 's6-rc')
    t.strictSame(findings, [], JSON.stringify(change))
  }
})
