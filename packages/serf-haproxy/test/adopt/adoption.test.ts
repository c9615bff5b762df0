import t from 'tap'
import { adopt } from '../../src/adopt/adoption.js'
import type { Sources } from '../../src/adopt/source-files.js'
import type { PoolRequest } from '../../src/verdict/pool-request.js'

const global =
  'global\n  user haproxy\n  stats socket /run/a.sock level admin\ndefaults\n  mode http\n'
const one = 'backend one\n  server a 10.0.0.1:80\n'
const two = 'backend two\n  server b 10.0.0.2:80\nbackend three\n  server c 10.0.0.3:80\n'

function sourcesOf(...texts: readonly string[]): Sources {
  let linesBefore = 0
  const files = texts.map((text, i) => {
    const file = { path: `/etc/${i}.cfg`, text, linesBefore }
    linesBefore += text.split('\n').length - 1
    return file
  })
  return { paths: files.map(({ path }) => path), files, text: texts.join('') }
}

const adoptOf = (
  sources: Sources,
  requests: readonly PoolRequest[] = [],
  mayAdopt = sources.files.map(({ path }) => path),
) =>
  adopt(sources, {
    requests,
    mayAdopt,
    unit: undefined,
    root: '/',
    account: undefined,
    masterSocket: '/run/m.sock',
  })

t.test('of several files, that with the most backends becomes the template', async t => {
  const adoption = adoptOf(sourcesOf(global, one, two))
  t.equal(adoption.file.path, '/etc/2.cfg')
  t.same(adoption.process, ['user haproxy'])
  t.match(adoption.runtimeSocket, { path: '/run/a.sock', from: '/etc/0.cfg:3' })
  t.match(adoption.kept, [{ backend: 'one', problem: { reason: /in another file/ } }])
  t.match(
    adoption.template.source,
    /^\{\{!.*\nbackend two\n {2}\{\{servers "two"\}\}\nbackend three\n {2}\{\{servers "three"\}\}\n$/,
  )
  t.equal(adoptOf(sourcesOf(global, one, two), [], ['/etc/1.cfg']).file.path, '/etc/1.cfg')
})

t.test('--pool chooses, and all of its backends are in one file', async t => {
  const sources = sourcesOf(global, one, two)
  const { file, kept } = adoptOf(sources, [{ backend: 'one' }])
  t.equal(file.path, '/etc/1.cfg')
  t.match(kept, [
    { backend: 'two', problem: { reason: /not among those of --pool/, remedy: 'add --pool two' } },
    { backend: 'three' },
  ])
  t.throws(() => adoptOf(sources, [{ backend: 'one' }, { backend: 'two' }]), {
    message: /^--pool two: \/etc\/2\.cfg:1 is not in \/etc\/1\.cfg, and the agent writes one file/,
  })
})

t.test('without a backend to turn over, all reasons are told', async t => {
  t.throws(() => adoptOf(sourcesOf(global)), {
    message: /got none: it has no server lines; .*`serf-haproxy init`$/,
  })
  t.throws(() => adoptOf(sourcesOf(global, 'backend x\n  disabled\n  server a h:80\n')), {
    message: /got none:\n {2}\/etc\/1\.cfg:1: x: x is disabled.*; enable it/,
  })
  t.throws(() => adoptOf(sourcesOf(global, one), [], ['/etc/0.cfg']), {
    message: /one is in a file that was not named/,
  })
})
