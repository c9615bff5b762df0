import t from 'tap'
import { isSafeName } from '../../src/driver/safe-name.js'

t.test('names of hosts are safe', async t => {
  for (const name of ['s1', '45f3564e86b7', 'web-1.example.org', 'A_b'])
    t.ok(isSafeName(name), name)
})

t.test('options, paths, blanks, control characters and long names are not', async t => {
  const names = ['', '-f', '--all', '../s1', 'a..b', 'a/b', 'a b', 'a\nb', '$(id)', 's1;id', 'é']
  for (const name of [...names, 'a'.repeat(129)]) t.notOk(isSafeName(name), JSON.stringify(name))
})
