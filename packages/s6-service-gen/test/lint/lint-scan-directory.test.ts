import { lintScanDirectory } from '../../src/lint/lint-scan-directory.js'
import { testMistakes, type Mistake } from './mistakes.js'

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
    'a wait for a missing service',
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

testMistakes('s6', ofScanDirectories, lintScanDirectory)
