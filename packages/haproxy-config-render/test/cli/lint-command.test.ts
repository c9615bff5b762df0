import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { clean } from '../lint/clean-configuration.js'
import { runBin } from '../run-bin.js'
import { configurations } from './lint-samples.js'

const folder = temporaryFolder(t)

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

for (const [name, { texts, findings }] of Object.entries(configurations)) {
  t.test(`the lint of ${name} has its findings, and no other error`, async t => {
    const paths = texts.map((text, i) => file(`${name.replaceAll(' ', '-')}-${i}.cfg`, text))
    const { status, stdout, stderr } = runBin(['--lint', '--json', ...paths])
    const found = JSON.parse(stdout) as {
      file: string
      line: number
      level: string
      code: string
    }[]
    t.same(
      found.map(one => `${paths.indexOf(one.file)}:${one.line} ${one.level} ${one.code}`),
      findings,
    )
    t.equal(stderr, '')
    t.equal(status, findings.some(text => text.includes(' error ')) ? 1 : 0)
  })
}

t.test('a finding is a line with file, line, level, code, message and remedy', async t => {
  const path = file('short.cfg', clean.replace(/^.*hard-stop-after.*\n/m, ''))
  const { status, stdout, stderr } = runBin(['--lint', path])
  t.equal(
    stdout,
    `${path}:1: warning: missing-hard-stop: a worker that was replaced stays as long as its longest session; add "hard-stop-after 60s" to global\n`,
  )
  t.equal(stderr, '')
  t.equal(status, 0)
  t.same(JSON.parse(runBin(['--lint', '--json', path]).stdout), [
    {
      file: path,
      line: 1,
      level: 'warning',
      code: 'missing-hard-stop',
      message: 'a worker that was replaced stays as long as its longest session',
      remedy: 'add "hard-stop-after 60s" to global',
    },
  ])
  t.match(runBin(['--lint', file('clean.cfg', clean)]), { status: 0, stdout: '', stderr: '' })
})

t.test('an error ends with 1', async t => {
  const { status, stdout } = runBin(['--lint', file('cut.cfg', clean.trimEnd())])
  t.equal(status, 1)
  t.match(stdout, /cut\.cfg:\d+: error: missing-newline: .*\n$/)
})

t.test('- is stdin, once', async t => {
  const bin = fileURLToPath(new URL('../../../bin/haproxy-config-render.js', import.meta.url))
  const { status, stdout } = spawnSync(process.execPath, [bin, '--lint', '-'], {
    encoding: 'utf8',
    input: `${clean}backend more\n  server s2 10.0.0.2:80\n`,
  })
  t.equal(status, 0)
  t.match(stdout, /^stdin:\d+: warning: unchecked-server: server s2 of more is not checked/)
  t.match(runBin(['--lint', '-', '-']), { status: 2, stderr: /^error: stdin can be read once/ })
})

t.test('a folder stands for the files that HAProxy loads of it', async t => {
  const parts = join(folder, 'conf.d')
  mkdirSync(parts)
  file('conf.d/20.cfg', 'backend more\n  server s2 10.0.0.2:80\n')
  file('conf.d/10.cfg', clean)
  file('conf.d/.hidden.cfg', 'nonsense\n')
  file('conf.d/30.txt', 'nonsense\n')
  t.match(runBin(['--lint', parts]), { status: 0, stdout: `${join(parts, '20.cfg')}:2: warning: ` })
  mkdirSync(join(folder, 'empty'))
  t.match(runBin(['--lint', join(folder, 'empty')]), {
    status: 2,
    stderr: /expected files .*\.cfg/,
  })
})

t.test('names from the file cannot control the terminal', async t => {
  const path = file('odd.cfg', `${clean}backend \u001B[31mred\u0007\n  server s2 10.0.0.2:80\n`)
  const { stdout } = runBin(['--lint', path])
  t.match(stdout, String.raw`server s2 of \u001b[31mred\u0007 is not checked`)
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  t.notMatch(stdout, /[\u0000-\u0009\u000b-\u001f]/)
})

t.test('wrong usage and unreadable files end with 2', async t => {
  const path = file('any.cfg', clean)
  for (const [args, message] of [
    [
      ['--lint'],
      /^error: required option '--model <file>' not specified; --lint FILE needs none\n$/,
    ],
    [[path], /^error: too many arguments: files are for --lint, got .*any\.cfg\n$/],
    [['--lint', '--check', path], /^error: expected --lint with files alone, .*got --check\n$/],
    [['--lint', '--model', path, path], /^error: .*got --model\n$/],
    [['--lint', join(folder, 'absent.cfg')], /^error: Cannot read .*absent\.cfg: ENOENT/],
    [['--lint', path, join(path, 'below')], /^error: Cannot read .*below: ENOTDIR/],
  ] as const) {
    t.match(runBin(args), { status: 2, stdout: '', stderr: message }, args.join(' '))
  }
})
