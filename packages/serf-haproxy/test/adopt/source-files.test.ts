import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { fileOf, placeOf, readSource, readSources } from '../../src/adopt/source-files.js'

t.test('files are one text, and each line has its file', async t => {
  const folder = t.testdir({
    'a.cfg': 'one\ntwo',
    'conf.d': { 'c.cfg': 'four\n', 'b.cfg': 'three\n' },
  })
  const [a, d] = [join(folder, 'a.cfg'), join(folder, 'conf.d')]
  const sources = await readSources([a, d])
  t.equal(sources.text, 'one\ntwo\nthree\nfour\n')
  t.equal(placeOf(sources, 2), `${a}:2`)
  t.equal(placeOf(sources, 4), `${join(d, 'c.cfg')}:1`)
  t.equal(fileOf(sources, 3)?.path, join(d, 'b.cfg'))
  const instead = new Map([[a, 'else\n']])
  t.equal((await readSources([a], instead)).text, 'else\n')
})

t.test('bytes that no template can hold are refused with their line', async t => {
  const file = join(t.testdir(), 'a.cfg')
  const refusals: readonly (readonly [Buffer, RegExp])[] = [
    [Buffer.from('ok\ncaf\xe9\n', 'latin1'), /a\.cfg:2: expected UTF-8, got other bytes; .*iconv/],
    [
      Buffer.from('ok\n\nx\x1b[0m\n'),
      /a\.cfg:3: expected text, got the control character "\\u001b"/,
    ],
    [Buffer.from('a\rb\n'), /a\.cfg:1: expected text, got the control character "\\r"/],
    [Buffer.from('\ufeffglobal\n'), /a\.cfg:1: expected a keyword, got a byte order mark/],
  ]
  for (const [bytes, message] of refusals) {
    writeFileSync(file, bytes)
    t.throws(() => readSource(file), { code: 'configuration', message })
  }
  t.throws(() => readSource(join(file, 'x')), { message: /cannot read .*; name the file/ })
  writeFileSync(file, 'tabs\tand\r\nümlaute\r\n')
  t.equal(readSource(file), 'tabs\tand\r\nümlaute\r\n')
})
