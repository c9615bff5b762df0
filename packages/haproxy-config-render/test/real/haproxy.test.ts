import { spawnSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  freePort,
  haproxyPlace,
  missingProgram,
  startHaproxy,
  temporaryFolder,
} from 'real-components'
import t from 'tap'
import { compileTemplate } from '../../src/compile-template.js'
import { defaultTemplate } from '../../src/default-template.js'
import { haproxyWord } from '../../src/haproxy-word.js'
import { poolsFromMembers } from '../../src/pools-from-members.js'
import { readCases, smallModel } from '../cases.js'
import { runBin } from '../run-bin.js'

const skip = missingProgram('haproxy')
const place = { template: 'test', line: 1, column: 0 }

const words = [
  'plain',
  'two  words',
  ' space around ',
  '#',
  'a # comment',
  `it's`,
  `''`,
  'say "hi"',
  'back\\slash',
  'ends in \\',
  '\\n',
  '$HOME',
  '${HOME}',
  '"${HOME}"',
  'a;b|c&d',
  '{ always_true }',
  '%[env(HOME)]',
  'Zürich – 東京',
  '<b>[x](y)*^~!',
]

/** Whether HAProxy takes a configuration, and what it says of it. */
function check(file: string): { ok: boolean; report: string } {
  const { status, stdout, stderr } = spawnSync('haproxy', ['-c', '-f', file], { encoding: 'utf8' })
  return { ok: status === 0, report: stdout + stderr }
}

void t.test('HAProxy takes the configuration of every case', { skip }, async t => {
  const file = join(temporaryFolder(t), 'haproxy.cfg')
  for (const { name, wanted } of readCases()) {
    writeFileSync(file, wanted)
    const { ok, report } = check(file)
    t.ok(ok, `${name}: ${report}`)
    t.notMatch(report, /WARNING|ALERT/, name)
  }
})

void t.test('HAProxy reads each quoted word as that very word', { skip }, async t => {
  const haproxy = haproxyPlace(t)
  const port = await freePort('127.0.0.1')
  const answers = words.map(
    (word, i) =>
      `  http-request return status 200 content-type text/plain ` +
      `string ${haproxyWord(word, place)} if { path /${i} }`,
  )
  await startHaproxy(
    t,
    haproxy,
    [
      'global',
      `  stats socket ${haproxy.runtimeSocket} level admin`,
      'defaults',
      '  mode http',
      '  timeout client 5s',
      '  timeout server 5s',
      '  timeout connect 5s',
      'frontend echo',
      `  bind 127.0.0.1:${port}`,
      ...answers,
      '',
    ].join('\n'),
  )
  for (const [i, word] of words.entries()) {
    const answer = await fetch(`http://127.0.0.1:${port}/${i}`)
    t.equal(await answer.text(), word)
  }
})

void t.test(
  'an empty word would hide what follows it, which is why it is refused',
  { skip },
  async t => {
    const file = join(temporaryFolder(t), 'haproxy.cfg')
    const timeouts = ' timeout client 1s\n timeout server 1s\n timeout connect 1s'
    const balance = `balance roundrobin '' no such thing`
    writeFileSync(file, `defaults\n${timeouts}\nlisten b\n bind 127.0.0.1:1\n ${balance}\n`)
    t.ok(check(file).ok)
    t.throws(() => compileTemplate('balance {{""}}').render(smallModel), { code: 'unsafe-value' })
  },
)

void t.test('hostile members leave a configuration that HAProxy takes', { skip }, async t => {
  const tags = {}
  const { pools, quarantined } = poolsFromMembers(
    [
      { name: 's1', address: '10.0.0.1', tags },
      { name: 'x\nfrontend evil', address: '10.0.0.2', tags },
      { name: 's3', address: 'fe80::1%eth0', tags },
      { name: 's4', address: 'no-such-host', tags },
      { name: 's5', address: '::ffff:10.0.0.5', tags },
    ],
    [{ name: 'app', tags, port: 80 }],
  )
  t.equal(quarantined.length, 3)
  const file = join(temporaryFolder(t), 'haproxy.cfg')
  writeFileSync(file, defaultTemplate.render({ ...smallModel, pools }).text)
  const { ok, report } = check(file)
  t.ok(ok, report)
})

void t.test('--check has HAProxy judge the text before it is printed', { skip }, async t => {
  const folder = temporaryFolder(t)
  const modelFile = join(folder, 'model.json')
  writeFileSync(modelFile, JSON.stringify(smallModel))
  const templateFile = join(folder, 'own.hbs')
  writeFileSync(templateFile, 'global\n  nonsense {{maxConnections}}\n')
  const run = (...args: string[]) => runBin(['--model', modelFile, ...args], { TMPDIR: folder })
  t.match(run('--check'), {
    status: 0,
    stdout: defaultTemplate.render(smallModel).text,
    stderr: '',
  })
  t.match(run('--check', '--template', templateFile), {
    status: 2,
    stdout: '',
    stderr: /haproxy refuses the configuration:\n[^]*unknown keyword 'nonsense'/,
  })
  t.strictSame(readdirSync(folder).toSorted(), ['model.json', 'own.hbs'], 'nothing is left behind')
})
