// Maps and ACLs: keys that HAProxy reads as something else, and large replacements.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { haproxyHead, haproxyPlace, haproxyReleases, startHaproxy, until } from 'real-components'
import t, { type Test } from 'tap'
import { createRuntimeClient } from '../../src/index.js'
import { sendCommands } from '../../src/socket/send-commands.js'
import { createExchange } from '../../src/socket/socket-exchange.js'

/** A HAProxy with a map, and its process. */
async function haproxyWithMap(t: Test, program: string) {
  const place = haproxyPlace(t)
  const file = join(place.folder, 'hosts.map')
  writeFileSync(file, '')
  const config = `${haproxyHead(place)}frontend web
  bind unix@${place.folder}/web.sock
  http-request set-header X %[req.hdr(host),map(${file})]
`
  await startHaproxy(t, place, config, program)
  const runtime = createRuntimeClient({ socket: place.runtimeSocket })
  const exchange = createExchange(place.runtimeSocket)
  /** Entries of all versions together, as HAProxy counts them. */
  const entryCount = async () => {
    const [lists = ''] = await sendCommands(exchange, ['show map'])
    return Number(/entry_cnt=(\d+)/.exec(lists)?.[1])
  }
  return { runtime, map: runtime.map(file), file, entryCount, exchange }
}

const hosts = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ key: `host${i}.example.org`, value: `pool_${i % 9}` }))

for (const { version, program } of haproxyReleases()) {
  t.test(`HAProxy ${version}: keys and values arrive as they are written`, async t => {
    const { map } = await haproxyWithMap(t, program)
    const entries = [
      '#0x7f00',
      '#zz',
      '#',
      '@1',
      '#0',
      '"',
      "'",
      '\\',
      'é',
      '<',
      '%[src]',
      '0x1',
      ';',
    ].map(text => ({ key: text, value: `${text} ` }))
    await map.add(entries)
    t.strictSame(await map.entries(), entries)
    await map.replace(entries)
    t.strictSame(await map.entries(), entries)
    for (const { key } of entries.slice(1)) {
      await map.set(key, 'new')
      t.equal((await map.entries()).find(entry => entry.key === key)?.value, 'new', key)
      await map.delete(key)
    }
    t.strictSame(await map.entries(), entries.slice(0, 1))
  })

  t.test(`HAProxy ${version}: a key like a reference changes no other entry`, async t => {
    const { map, file, exchange } = await haproxyWithMap(t, program)
    await map.add([{ key: 'victim', value: 'one' }])
    const [shown = ''] = await sendCommands(exchange, [`show map ${file}`])
    const key = `#${shown.split(' ')[0]}`
    await map.add([{ key, value: 'own' }])
    await t.rejects(map.set(key, 'two'), { code: 'unsafe-argument' })
    await t.rejects(map.delete(key), { code: 'unsafe-argument' })
    t.strictSame(await map.entries(), [
      { key: 'victim', value: 'one' },
      { key, value: 'own' },
    ])
  })

  t.test(`HAProxy ${version}: several entries of one key are set and deleted together`, async t => {
    const { map } = await haproxyWithMap(t, program)
    const twice = ['1', '2'].map(value => ({ key: 'k', value }))
    await map.add([...twice, { key: 'other', value: '3' }])
    await map.set('k', 'new')
    t.strictSame(
      (await map.entries()).map(({ value }) => value),
      ['new', 'new', '3'],
    )
    await map.delete('k')
    t.strictSame(await map.entries(), [{ key: 'other', value: '3' }])
  })

  t.test(`HAProxy ${version}: 100,000 entries are replaced within the default times`, async t => {
    const { map, entryCount } = await haproxyWithMap(t, program)
    await map.replace(hosts(100_000))
    t.equal(await entryCount(), 100_000)
    await map.replace(hosts(3))
    t.equal(await entryCount(), 3)
  })

  t.test(`HAProxy ${version}: a replacement that fails leaves nothing behind`, async t => {
    const { map, entryCount } = await haproxyWithMap(t, program)
    await map.replace(hosts(3))
    const controller = new AbortController()
    const aborted = map.replace(hosts(20_000), { signal: controller.signal })
    await until('the first entries', async () => (await entryCount()) > 3)
    controller.abort(new Error('enough'))
    await t.rejects(aborted, { message: 'enough' })
    t.equal(await entryCount(), 3)
    await t.rejects(map.replace(hosts(5000), { timeoutMs: 2 }), { code: 'timeout' })
    t.equal(await entryCount(), 3)
    await map.replace(hosts(2))
    t.equal(await entryCount(), 2)
    t.strictSame(await map.entries(), hosts(2))
  })
}
