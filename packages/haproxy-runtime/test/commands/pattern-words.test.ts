import t from 'tap'
import { entryWords, listWord, lookupWord } from '../../src/commands/pattern-words.js'

const unsafe = { name: 'HaproxyError', code: 'unsafe-argument' }

t.test('a list is named by its file, or by # and its number', async t => {
  t.equal(listWord('/etc/haproxy/a b.map'), '/etc/haproxy/a\\ b.map')
  t.equal(listWord('#12'), '#12')
  for (const id of ['', '@1', '@1 /hosts.map', '#', '#x', '#0x1', '#+1', '#1 2', 'a\nb'])
    t.throws(() => listWord(id), unsafe, JSON.stringify(id))
})

t.test('a key that HAProxy reads as a reference is not looked up', async t => {
  for (const key of ['#0x7f00', '#0x', '#0X1']) t.throws(() => lookupWord(key), unsafe, key)
  for (const key of ['#zz', '#1', '@1', '0x7f00', '##0x1', 'a#0x1']) t.equal(lookupWord(key), key)
})

t.test('an entry has a key, and in a map a value', async t => {
  t.equal(entryWords('map', { key: '#0x1', value: 'a b' }), '#0x1 a\\ b')
  t.equal(entryWords('acl', { key: 'Mozilla/5.0 (X11)' }), 'Mozilla/5.0\\ (X11)')
  for (const entry of [{ key: 'k' }, { key: 'k', value: '' }, { key: '', value: 'v' }])
    t.throws(() => entryWords('map', entry), unsafe)
})

t.test('a key of a map has no spaces, for HAProxy prints key and value with one', async t => {
  t.throws(() => entryWords('map', { key: 'a b', value: 'v' }), unsafe)
  t.throws(() => entryWords('map', { key: 'a\tb', value: 'v' }), unsafe)
})
