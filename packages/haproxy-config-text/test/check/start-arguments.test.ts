import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadedFiles, parseStartArguments, placeOfFile } from '../../src/check/start-arguments.js'

const parse = (line: string) => parseStartArguments(line.split(' '))

t.test('files are those of -f and those behind --, in order', async t => {
  t.same(parse('-W -f a.cfg -S unix@m.sock -f conf.d -- b.cfg -c.cfg').files, [
    'a.cfg',
    'conf.d',
    'b.cfg',
    '-c.cfg',
  ])
  t.same(parseStartArguments([]), {
    files: [],
    folder: undefined,
    options: [],
    masterSocket: undefined,
  })
})

t.test(
  'options that decide about a configuration are kept, and those of the process are not',
  t => {
    t.same(parse('-W -D -db -q -V -p x.pid -n 5 -N 6 -m 7 -L peer -dW -dr -dM0x00 -x s -f a'), {
      files: ['a'],
      folder: undefined,
      options: ['-W', '-n', '5', '-N', '6', '-m', '7', '-L', 'peer', '-dW', '-dr'],
      masterSocket: undefined,
    })
    t.end()
  },
)

t.test('-C is the folder, and process ids of -sf are no files', async t => {
  t.same(parse('-sf 12 13 -x sockpair@3 -C /etc/haproxy -f a -st 4'), {
    files: ['a'],
    folder: '/etc/haproxy',
    options: [],
    masterSocket: undefined,
  })
})

t.test('-S is the master socket, without the options behind it', async t => {
  t.equal(parse('-Ws -f a -S /run/m.sock,mode,660 -p x').masterSocket, '/run/m.sock')
  t.equal(parse('-Ws -S unix@m.sock -f a').masterSocket, 'unix@m.sock')
})

t.test('a folder is its files that HAProxy loads, in the order of their bytes', async t => {
  const files = { 'b.cfg': '', 'B.cfg': '', '.a.cfg': '', 'c.cfg.old': '', 'd.conf': '' }
  const folder = t.testdir(files)
  t.same(await loadedFiles(folder), [join(folder, 'B.cfg'), join(folder, 'b.cfg')])
  t.same(await loadedFiles(join(folder, 'b.cfg')), [join(folder, 'b.cfg')])
  t.same(await loadedFiles(join(folder, 'none')), [join(folder, 'none')])
})

t.test('a file is found by its path, by a relative path and through links', async t => {
  const folder = t.testdir({ 'a.cfg': '', 'own.cfg': '', links: {} })
  const own = join(folder, 'own.cfg')
  symlinkSync(own, join(folder, 'links', 'other-name'))
  t.same(await placeOfFile(['a.cfg', 'own.cfg', 'b.cfg'], own, folder), {
    before: ['a.cfg'],
    path: own,
    after: ['b.cfg'],
  })
  const linked = join(folder, 'links', 'other-name')
  t.match(await placeOfFile([linked], own, '/'), { path: linked })
  t.match(await placeOfFile([own], linked, '/'), { path: own })
  t.same(await placeOfFile(['a.cfg'], own, folder), {
    before: ['a.cfg'],
    path: undefined,
    after: [],
  })
})

t.test(
  'a folder that holds the file is replaced by the files that HAProxy loads of it',
  async t => {
    const folder = t.testdir({
      'conf.d': { '10-b.cfg': '', '9-a.cfg': '', '.hidden.cfg': '', 'x.cfg.cfg': '', note: '' },
      'extra.d': { 'e.cfg': '' },
    })
    const path = (name: string) => join(folder, 'conf.d', name)
    const files = ['extra.d', 'conf.d', 'last.cfg']
    t.same(await placeOfFile(files, path('10-b.cfg'), folder), {
      before: ['extra.d'],
      path: path('10-b.cfg'),
      after: [path('9-a.cfg'), 'last.cfg'],
    })
    t.same(
      await placeOfFile(files, path('5-new.cfg'), folder),
      {
        before: ['extra.d', path('10-b.cfg')],
        path: path('5-new.cfg'),
        after: [path('9-a.cfg'), 'last.cfg'],
      },
      'a file that is not there yet has its place too',
    )
  },
)
