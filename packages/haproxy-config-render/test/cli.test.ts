import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { smallModel } from './cases.js'
import { runBin } from './run-bin.js'

const folder = temporaryFolder(t)
const modelFile = file('model.json', JSON.stringify(smallModel))

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

void t.test('the configuration of a model is printed, and nothing else', async t => {
  const cases = new URL('../../test/cases/', import.meta.url)
  const model = fileURLToPath(new URL('users-template/model.json', cases))
  const template = fileURLToPath(new URL('users-template/template.hbs', cases))
  const wanted = readFileSync(new URL('users-template/haproxy.cfg', cases), 'utf8')
  t.match(runBin(['--model', model, '--template', template]), {
    status: 0,
    stdout: wanted,
    stderr: '',
  })
})

void t.test('without a template the default is used', async t => {
  const { status, stdout } = runBin(['--model', modelFile])
  t.equal(status, 0)
  t.match(stdout, 'option idle-close-on-response')
})

void t.test('--json prints text, pools and lines', async t => {
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

void t.test('--help ends well', async t => {
  t.match(runBin(['--help']), { status: 0, stdout: /--model <file>/ })
})

void t.test(
  'bad input ends with 2, prints no configuration and says where the fault is',
  async t => {
    const bad = file('bad.hbs', 'global\n  {{nope}}\n')
    const raw = file('raw.hbs', '{{{runtimeSocket}}}')
    const text = file('no.json', '{')
    const faulty = file('faulty.json', JSON.stringify({ ...smallModel, maxConnections: 0 }))
    const faults: readonly (readonly [readonly string[], RegExp])[] = [
      [[], /required option '--model <file>'/],
      [['--model', modelFile, '--colour'], /unknown option '--colour'/],
      [['--model', modelFile, 'more'], /too many arguments/],
      [['--model', join(folder, 'none.json')], /error: cannot read .*none\.json: ENOENT/],
      [['--model', folder], /error: cannot read .*EISDIR/],
      [['--model', text], /error: .*no\.json is no JSON: /],
      [['--model', faulty], /error: The model is not valid: maxConnections: /],
      [
        ['--model', modelFile, '--template', join(folder, 'none.hbs')],
        /error: cannot read .*none\.hbs/,
      ],
      [
        ['--model', modelFile, '--template', bad],
        /error: bad\.hbs:2:2: The model has no nope here/,
      ],
      [['--model', modelFile, '--template', raw], /error: raw\.hbs:1:0: Raw output is refused/],
    ]
    for (const [args, stderr] of faults) {
      const result = runBin(args)
      t.match(result, { status: 2, stdout: '', stderr }, args.join(' '))
      t.notMatch(result.stderr, /\n\s+at /, 'without a stack')
    }
  },
)

void t.test('--check without haproxy says what is missing', async t => {
  t.match(runBin(['--model', modelFile, '--check'], { PATH: folder }), {
    status: 2,
    stdout: '',
    stderr: /haproxy is not on the PATH/,
  })
})
