import t from 'tap'
import { profiles } from '../../src/fake-haproxy/profile.js'
import { replyTo } from '../../src/fake-haproxy/reply-to.js'
import { startWorker } from '../../src/fake-haproxy/worker.js'

/** A worker with one map and one ACL; a function that sends it a command. */
function haproxyWithLists() {
  const worker = startWorker(1, 'frontend web\n  use map(/m) if { src -f /a }\n')
  return (command: string) =>
    replyTo(command, worker, profiles['2.6']).replace(/^0x[0-9a-f]+/gm, '0x1')
}

t.test('entries of a map are added, set, shown and deleted', async t => {
  const send = haproxyWithLists()
  t.equal(send('add map /m k one'), '')
  t.equal(send('add map /m two\\ words a\\;b'), '')
  t.equal(send('set map /m k three'), '')
  t.equal(send('show map /m'), '0x1 k three\n0x1 two words a;b\n')
  t.equal(send('del map /m k'), '')
  t.match(send('del map /m k'), /^Key not found/)
  t.match(send('set map /m k four'), /^entry not found/)
  t.equal(send('show map /m'), '0x1 two words a;b\n')
  t.equal(send('clear map /m'), '')
  t.equal(send('show map /m'), '')
})

t.test('an ACL of addresses takes addresses and networks only', async t => {
  const send = haproxyWithLists()
  t.equal(send('add acl /a 10.0.0.0/8'), '')
  t.match(send('add acl /a nonsense'), /^'nonsense' is not a valid/)
  t.equal(send('show acl /a'), '0x1 10.0.0.0/8\n')
})

t.test('a prepared version is invisible until it is committed', async t => {
  const send = haproxyWithLists()
  send('add map /m old 1')
  t.match(send('prepare map /m'), /^New version created: 1\n/)
  t.equal(send('add map @1 /m new 2'), '')
  t.equal(send('show map /m'), '0x1 old 1\n')
  t.equal(send('commit map @1 /m'), '')
  t.equal(send('show map /m'), '0x1 new 2\n')
})

t.test('a version that was not prepared is refused', async t => {
  const send = haproxyWithLists()
  t.match(send('add map @9 /m k v'), /^Version number in the future/)
  t.match(send('commit map @9 /m'), /^Version number out of range/)
})

t.test('an unknown list is refused', async t => {
  const send = haproxyWithLists()
  t.match(send('show map /nowhere'), /^Unknown map identifier/)
  t.match(send('add acl /m 10.0.0.1'), /^Unknown ACL identifier/)
})

t.test('a key that looks like a reference means the entry with this reference', async t => {
  const worker = startWorker(1, 'frontend web\n  use map(/m)\n')
  const send = (command: string) => replyTo(command, worker, profiles['2.6'])
  send('add map /m victim one')
  const reference = send('show map /m').split(' ')[0]
  send(`add map /m #${reference} own`)
  t.equal(send(`del map /m #${reference}`), '')
  t.match(send('show map #0'), new RegExp(`^0x[0-9a-f]+ #${reference} own\n$`))
})

t.test('a version can be cleared, and a commit removes the versions before it', async t => {
  const send = haproxyWithLists()
  send('prepare map /m')
  send('prepare map /m')
  send('add map @1 /m a 1')
  send('add map @2 /m b 2')
  t.equal(send('show map @1 /m'), '0x1 a 1\n')
  t.equal(send('clear map @1 /m'), '')
  t.equal(send('show map @1 /m'), '')
  send('add map @1 /m a 1')
  t.equal(send('commit map @2 /m'), '')
  t.equal(send('show map @1 /m'), '')
  t.equal(send('show map /m'), '0x1 b 2\n')
})
