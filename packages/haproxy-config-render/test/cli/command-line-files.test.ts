import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { leftOut, pairOf } from '../../src/cli/command-line-files.js'
import { smallModel } from '../cases.js'
import { runBin } from '../run-bin.js'

const folder = temporaryFolder(t)
const modelFile = file('model.json', JSON.stringify(smallModel))

function file(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const path = (name: string) =>
  fileURLToPath(new URL(`../../../test/cases/hostile-members/${name}`, import.meta.url))

t.test('--members makes the model of members, and says who is left out', async t => {
  const flags = ['--model', path('policy.json'), '--template', path('template.hbs')]
  const { status, stdout, stderr } = runBin([...flags, '--members', path('members.json')])
  t.equal(status, 0)
  t.equal(stdout, readFileSync(path('haproxy.cfg'), 'utf8'))
  t.match(stderr, /left out of "app": "two words": its name: expected .*, got "two words"/)
  t.equal(stderr.split('\n').length, 9, 'one line for each')
  const bad = file('members.json', '[{"name": 1}]')
  t.match(runBin([...flags, '--members', bad]), { status: 2, stderr: /members\.json: .*name/s })
})

t.test('several templates are several files: all of them, or none', async t => {
  const one = file('one.hbs', 'global\n  maxconn {{maxConnections}}\n{{> part}}\n')
  const part = file('part.hbs', '# {{size pools}} pools\n')
  const map = file('servers.map.hbs', '{{#each addresses}}\n{{ip}} {{host}}\n{{/each}}\n')
  const [first, second] = [join(folder, 'out.cfg'), join(folder, 'out.map')]
  const flags = ['--model', modelFile, '--partial', `part=${part}`, '--output', `${one}=${first}`]
  t.match(runBin([...flags, '--output', `${map}=${second}`]), { status: 0, stdout: '', stderr: '' })
  t.equal(readFileSync(first, 'utf8'), 'global\n  maxconn 1000\n# 1 pools\n')
  t.equal(readFileSync(second, 'utf8'), '10.0.0.1 s1\n10.0.0.2 s2\n')

  const fails = file('fails.hbs', 'a {{stats.port}}\n')
  writeFileSync(first, 'as it was\n')
  const more = ['--output', `${fails}=${second}`]
  t.match(runBin([...flags, ...more]), {
    status: 2,
    stderr: /fails\.hbs:1:3: The model has no stats/,
  })
  t.equal(readFileSync(first, 'utf8'), 'as it was\n')
  t.match(runBin([...flags, '--output', 'x']), {
    status: 2,
    stderr: /expected --output template=file/,
  })
})

t.test('the maps of the routes are written with the outputs', async t => {
  const routeMap = join(folder, 'web-routes.map')
  const routes = [{ host: 'a.example', pool: 'app' }]
  const frontends = [{ ...smallModel.frontends[0], routeMap, routes }]
  const model = file('mapped.json', JSON.stringify({ ...smallModel, frontends }))
  const source = file('mapped.hbs', 'global\n')
  const flags = ['--model', model, '--output', `${source}=${join(folder, 'mapped.cfg')}`]
  t.match(runBin(flags), { status: 0, stdout: '', stderr: '' })
  t.equal(readFileSync(routeMap, 'utf8'), 'a.example/ app\n')
})

t.test('an option of two halves is split at its first =', async t => {
  t.strictSame(pairOf('a=b=c', 'name=file'), ['a', 'b=c'])
  for (const text of ['', '=', 'a', 'a=', '=b']) {
    t.throws(() => pairOf(text, 'name=file'), { message: /expected name=file/ }, text)
  }
})

t.test('a member that is left out is one line, even with a hostile name', async t => {
  const line = leftOut({
    member: `a\n${'x'.repeat(1000)}`,
    pool: 'app',
    code: 'name',
    reason: 'no',
  })
  t.match(line, /^left out of "app": "a\\nx+: no$/)
  t.ok(line.length < 150)
})
