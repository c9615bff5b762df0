import { spawnSync } from 'node:child_process'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { chainLoaders } from '../../src/lint/chain-loaders.js'
import { lintCommandLine } from '../../src/lint/lint-command-line.js'
import { skip } from './supervise.js'

/** Chain loaders with what they take before the program that they run. */
const complete: readonly string[] = [
  'background { true }',
  'backtick A { true }',
  'case a { b { true } }',
  'cd /',
  'define A b',
  'elgetopt a',
  'elglob A x',
  'emptyenv',
  'envfile /dev/null',
  'exec -c',
  'execline-umask 022',
  'export A b',
  'fdblock 0',
  'fdclose 7',
  'fdmove -c 2 1',
  'fdreserve 2',
  'fdswap 1 2',
  'foreground { true }',
  'forx i { a }',
  'forstdin i',
  'getcwd P',
  'getpid P',
  'heredoc 0 a',
  'if { true }',
  'ifelse { true } { true }',
  'ifte { true } { true }',
  'ifthenelse { true } { true } { true }',
  'importas A B',
  'multidefine "a b" { A B }',
  'multisubstitute { define A b }',
  'nohup',
  'pipeline { true }',
  'piperw 6 7',
  'posix-cd /',
  'posix-umask 022',
  'redirfd -r 0 /dev/null',
  's6-applyuidgid',
  's6-envdir /',
  's6-envuidgid root',
  's6-fghack',
  's6-notifyoncheck -3 7',
  's6-setlock lock',
  's6-setsid',
  's6-setuidgid root',
  's6-softlimit -o 10',
  'timeout 1',
  'trap { SIGTERM { true } }',
  'tryexec { true }',
  'umask 022',
  'unexport A',
  'wait { }',
  'withstdinas A',
]

/** Text as execlineb runs it, in an empty folder; s6-rc runs the words that it reads there. */
const run = (cwd: string, text: string) =>
  spawnSync('execlineb', ['-Pc', text], { cwd, encoding: 'utf8', input: '', timeout: 10_000 })

/** Exit codes of wrong usage: of execline and s6, of coreutils. */
const usage = [100, 125]

const findings = (text: string) =>
  lintCommandLine(
    { name: 'once', files: new Map([['up', { content: `${text}\n`, mode: 0o644 }]]) },
    'up',
  )

t.test('a program that needs another one behind it is told by the lint', { skip }, async t => {
  const folder = temporaryFolder(t)
  for (const text of complete) {
    const { status } = run(folder, text)
    const isWrong = usage.includes(status ?? 0)
    t.equal(findings(text).length > 0, isWrong, `${text}, which ends with ${status}`)
  }
})

t.test('a program that has all that it needs is right for both', { skip }, async t => {
  const folder = temporaryFolder(t)
  for (const text of complete) {
    t.strictSame(findings(`${text} true`), [], text)
    const { status, stderr } = run(folder, `${text} true`)
    t.notOk(usage.includes(status ?? 0) && stderr.includes('usage'), `${text}: ${stderr}`)
  }
})

t.test('every program of execline and s6 that is known is tried', async t => {
  const tried = new Set(complete.map(text => text.split(' ')[0]))
  const untried = ['elgetpositionals', 'execline-cd', 'forbacktickx', 'loopwhilex']
  const prepared = ['s6-permafailon', 'with-contenv']
  t.strictSame(
    [...chainLoaders.keys()].filter(name => !tried.has(name)).toSorted(),
    [...untried, ...prepared].toSorted(),
  )
})

t.test('words of a shell reach the program as they are written', { skip }, async t => {
  const folder = temporaryFolder(t)
  for (const word of [
    '2>/dev/null',
    '>/dev/null',
    '>>/log',
    '2>&1',
    '&>/dev/null',
    'hi>/log',
    '</dev/null',
    '&&',
    'a&&b',
    '|sh',
    'a;',
    'a&',
    '$(date)',
    '`date`',
    '~/x',
    '/tmp/*',
    '$PUID',
    '${PUID}x',
    '"$PUID"',
  ]) {
    t.match(run(folder, `echo ${word}`).stdout, `${word.replaceAll('"', '')}\n`, word)
    t.match(findings(`echo ${word}`), [{ rule: 'command-line', fatal: false }], word)
  }
})

t.test('a name is put in place by what imports it', { skip }, async t => {
  const folder = temporaryFolder(t)
  for (const text of [
    'importas -i A PATH echo ${A}',
    'define A b echo $A',
    'backtick -E A { echo b } echo $A',
    'multisubstitute { importas -i A PATH define B c } echo $A $B',
    'forx -E i { a b } echo $i',
    'getpid -E P echo $P',
  ]) {
    t.notMatch(run(folder, text).stdout, '$', text)
    t.strictSame(findings(text), [], text)
  }
  for (const text of ['export A b echo $A', 'getpid P echo $P', 'forx i { a b } echo $i']) {
    t.match(run(folder, text).stdout, '$', text)
    t.match(findings(text), [{ found: /which nothing imports/ }], text)
  }
})
