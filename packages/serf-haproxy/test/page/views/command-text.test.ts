import { execFileSync } from 'node:child_process'
import * as fc from 'fast-check'
import t from 'tap'
import { cliCommand, curlCommand, shellWord } from '../../../src/page/views/command-text.js'

t.test('a plain name is a word as it is, and others are quoted', async t => {
  t.equal(cliCommand('explain', 's1'), 'serf-haproxy explain s1')
  t.equal(cliCommand('explain', 'a b'), "serf-haproxy explain 'a b'")
  t.equal(cliCommand('explain', '-h'), 'serf-haproxy explain -- -h')
  t.equal(cliCommand('diff', '11', '12'), 'serf-haproxy diff 11 12')
  t.equal(
    curlCommand('http://127.0.0.1:9642', "/explain/it's"),
    String.raw`curl -fsS $'http://127.0.0.1:9642/explain/it\x27s'`,
  )
})

t.test('a shell reads back every name, and no control character is pasted', async t => {
  const names = fc
    .sample(fc.string({ unit: 'binary', minLength: 1 }), 200)
    .filter(name => !name.includes('\0'))
  const hostile = [
    "a'; rm -rf /",
    '$(id)',
    '`id`',
    '\u001b[31m',
    'a\nb',
    '\u202e',
    '!!',
    '~',
    '\\',
    '-n',
  ]
  const all = [...names, ...hostile]
  for (const name of all) t.notMatch(shellWord(name), /[\p{C}\p{Zl}\p{Zp}]/u)
  const script = `printf '%s\\0' ${all.map(shellWord).join(' ')}`
  const read = execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1)
  t.same(read, all)
})
