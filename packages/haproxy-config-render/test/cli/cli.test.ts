import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { smallModel } from '../cases.js'
import { runBin } from '../run-bin.js'

const folder = temporaryFolder(t)
const modelFile = file('model.json', JSON.stringify(smallModel))

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

t.test('the configuration of a model is printed, and nothing else', async t => {
  const cases = new URL('../../../test/cases/', import.meta.url)
  const model = fileURLToPath(new URL('users-template/model.json', cases))
  const template = fileURLToPath(new URL('users-template/template.hbs', cases))
  const wanted = readFileSync(new URL('users-template/haproxy.cfg', cases), 'utf8')
  t.match(runBin(['--model', model, '--template', template]), {
    status: 0,
    stdout: wanted,
    stderr: '',
  })
})

t.test('without a template the default is used', async t => {
  const { status, stdout } = runBin(['--model', modelFile])
  t.equal(status, 0)
  t.match(stdout, 'option idle-close-on-response')
})

t.test('--json prints text, pools and lines', async t => {
  const { status, stdout } = runBin(['--model', modelFile, '--json'])
  t.equal(status, 0)
  const { text, pools, lines } = JSON.parse(stdout)
  t.equal(text, runBin(['--model', modelFile]).stdout)
  t.match(pools, [{ name: 'app', servers: [{ name: 's1' }, { name: 's2' }] }])
  t.match(lines, [
    { line: Number, pool: 'app', server: 's1' },
    { line: Number, pool: 'app', server: 's2' },
  ])
})

t.test('--help ends well', async t => {
  t.match(runBin(['--help']), { status: 0, stdout: /--model <file>/ })
})

t.test('--version prints the version of the package', async t => {
  t.match(runBin(['--version']), { status: 0, stdout: /^\d+\.\d+\.\d+\n$/, stderr: '' })
})

t.test('bad input ends with 2, prints no configuration and says where the fault is', async t => {
  const bad = file('bad.hbs', 'global\n  maxconn {{nope}}\n')
  const raw = file('raw.hbs', '{{{runtimeSocket}}}')
  const text = file('no.json', '{')
  const faulty = file('faulty.json', JSON.stringify({ ...smallModel, maxConnections: 0 }))
  const faults: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /^Usage: haproxy-config-render /],
    [['--json'], /required option '--model <file>'/],
    [['--model', modelFile, '--colour'], /unknown option '--colour'/],
    [['--colour'], /^error: unknown option '--colour'\n/],
    [['more'], /^error: too many arguments/],
    [['--model', modelFile, 'more'], /too many arguments/],
    [['--model', join(folder, 'none.json')], /error: Cannot read .*none\.json: ENOENT/],
    [['--model', folder], /error: Cannot read .*EISDIR/],
    [['--model', text], /error: .*no\.json:1:2: The file is neither JSON nor YAML: /],
    [['--model', faulty], /error: The model is not valid: maxConnections: /],
    [
      ['--model', modelFile, '--template', join(folder, 'none.hbs')],
      /error: Cannot read .*none\.hbs/,
    ],
    [
      ['--model', modelFile, '--template', bad],
      /error: bad\.hbs:2:13: No model has nope: expected one of: .*, got nope/,
    ],
    [['--model', modelFile, '--template', raw], /error: raw\.hbs:1:1: Raw output is not allowed/],
  ]
  for (const [args, stderr] of faults) {
    const result = runBin(args)
    t.match(result, { status: 2, stdout: '', stderr }, args.join(' '))
    t.notMatch(result.stderr, /\n\s+at /, 'without a stack')
  }
})

t.test('a tag of 10 MB is told in a few lines, and nothing is printed', async t => {
  const servers = [
    { name: 's1', address: '10.0.0.1', port: 80, tags: { note: 'x'.repeat(10_000_000) } },
  ]
  const big = file('big.json', JSON.stringify({ ...smallModel, pools: [{ name: 'app', servers }] }))
  const { status, stdout, stderr } = runBin(['--model', big])
  t.equal(status, 2)
  t.equal(stdout, '')
  t.match(stderr, /pools\.0\.servers\.0\.tags\.note: expected at most 256 characters/)
  t.ok(stderr.length < 1000)
})

t.test('--explain tells where a line is from', async t => {
  const template = file(
    'own.hbs',
    '{{#each pools}}\nbackend {{name}}\n  {{servers this}}\n{{/each}}\n',
  )
  const flags = ['--model', modelFile, '--template', template]
  t.match(runBin([...flags, '--explain', '2']), {
    status: 0,
    stdout:
      /^line 2: {3}server s1 .*\ntemplate: own\.hbs:3: {3}\{\{servers this\}\}\nmember: s1 of pool app\n$/,
  })
  t.match(runBin([...flags, '--explain', '1']).stdout, /template: own\.hbs:2: .*\nmember: none/)
  t.match(JSON.parse(runBin([...flags, '--explain', '3', '--json']).stdout), {
    line: 3,
    template: 'own.hbs',
    templateLine: 3,
    pool: 'app',
    server: 's2',
  })
  for (const line of ['0', '4', 'x']) {
    t.match(runBin([...flags, '--explain', line]), {
      status: 2,
      stderr: /expected a number from 1 to 3/,
    })
  }
})

t.test('--lint tells what loses requests, with the template line, and ends with 1', async t => {
  t.match(runBin(['--model', modelFile, '--lint']), { status: 0, stdout: '', stderr: '' })
  const template = file(
    'bare.hbs',
    'global\n{{#each pools}}\nbackend {{name}}\n  {{servers this}}\n{{/each}}\n',
  )
  const flags = ['--model', modelFile, '--template', template, '--lint']
  const { status, stdout } = runBin(flags)
  t.equal(status, 1)
  t.match(
    stdout,
    /^bare\.hbs:3: missing-timeout: without a timeout connect in backend app a silent .* \(line 2\)$/m,
  )
  t.match(JSON.parse(runBin([...flags, '--json']).stdout), [
    { code: 'missing-hard-stop', line: 1, template: 'bare.hbs', templateLine: 1, remedy: String },
  ])
})

t.test('--check without haproxy says what is missing', async t => {
  t.match(runBin(['--model', modelFile, '--check'], { PATH: folder }), {
    status: 2,
    stdout: '',
    stderr: /expected HAProxy's executable, got no program .*haproxy/,
  })
})
