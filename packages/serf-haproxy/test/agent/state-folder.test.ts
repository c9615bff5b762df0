import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import t from 'tap'
import { openStateFolder } from '../../src/agent/state-folder.js'
import { noFlaps } from '../../src/decision/flap-damping.js'
import { noMemory, withPools } from '../../src/decision/member-memory.js'

const ignoreErrors = () => {}

/** A memory of members with these names. */
function memoryOf(names: readonly string[]) {
  const members = new Map(
    names.map(name => [
      name,
      {
        member: { name, address: '10.0.0.1', tags: { a: name } },
        pools: [],
        isAdmitted: true,
        flapState: noFlaps,
      },
    ]),
  )
  return withPools({ members }, [{ name: 'nodes', servers: names.map(name => ({ name })) }])
}

t.test('saved data is there after a restart, for any member names', async t => {
  const path = join(t.testdir(), 'state')
  const names = fc.sample(fc.string({ unit: 'binary', minLength: 1 }), { numRuns: 50, seed: 1 })
  const memory = memoryOf([...new Set([...names, '__proto__', 'evil\n"}'])])
  const errors: Error[] = []
  const folder = openStateFolder(path, error => errors.push(error))
  t.same(folder.load(), { memory: undefined, frozen: undefined })
  folder.save({ memory: noMemory, frozen: undefined })
  folder.save({ memory, frozen: { since: 5, reason: 'maintenance', generation: 3 } })
  await folder.flushed()
  const { memory: found, frozen } = openStateFolder(path, ignoreErrors).load()
  t.same(frozen, { since: 5, reason: 'maintenance', generation: 3 })
  t.strictSame(found, memory)
  t.same(errors, [])
})

t.test('only the owner can read the folder and the file', async t => {
  const path = join(t.testdir(), 'state')
  const folder = openStateFolder(path, ignoreErrors)
  folder.save({ memory: noMemory, frozen: undefined })
  await folder.flushed()
  t.equal(statSync(path).mode & 0o777, 0o700)
  t.equal(statSync(join(path, 'memory.json')).mode & 0o777, 0o600)
  t.same(readdirSync(path), ['memory.json'], 'no draft is left')
  t.equal(folder.generations, join(path, 'generations'))
})

for (const text of ['', '{', '{"version":2}', '{"version":1,"members":[{}]}', '[]', 'null']) {
  t.test(`an unreadable file counts as missing: ${text || 'empty'}`, async t => {
    const path = t.testdir({ 'memory.json': text })
    t.equal(openStateFolder(path, ignoreErrors).load().memory, undefined)
  })
}

t.test('an incomplete freeze is still a freeze', async t => {
  const data = { version: 1, members: [], frozen: { since: 'x', reason: 7, generation: 'y' } }
  const path = t.testdir({ 'memory.json': JSON.stringify(data) })
  t.same(openStateFolder(path, ignoreErrors).load().frozen, { since: 0 })
})

t.test('a folder that cannot be created is an error', async t => {
  const path = t.testdir({ file: '' })
  t.throws(() => openStateFolder(join(path, 'file', 'below'), ignoreErrors), {
    code: 'state-folder',
    message: /^Cannot create the state folder .*below: /,
  })
})

t.test('equal data saved twice does not block later data', async t => {
  const path = t.testdir()
  const folder = openStateFolder(path, ignoreErrors)
  for (const reason of ['one', 'one', 'one', 'two', 'two', 'three']) {
    folder.save({ memory: noMemory, frozen: { since: 1, reason } })
    await folder.flushed()
    t.equal(openStateFolder(path, ignoreErrors).load().frozen?.reason, reason)
  }
})

t.test('of several saves in a row the newest is on disk', async t => {
  const path = t.testdir()
  const folder = openStateFolder(path, ignoreErrors)
  for (let i = 0; i < 20; i++) {
    folder.save({ memory: noMemory, frozen: { since: i } })
    if (i % 7 === 0) await new Promise(resolve => setImmediate(resolve))
  }
  await folder.flushed()
  t.same(openStateFolder(path, ignoreErrors).load().frozen, { since: 19 })
})

t.test('a write error is reported, and the next save is written', async t => {
  const path = join(t.testdir(), 'state')
  const errors: { code: string; message: string }[] = []
  const folder = openStateFolder(path, error => errors.push(error))
  rmSync(path, { recursive: true })
  folder.save({ memory: noMemory, frozen: { since: 1 } })
  await folder.flushed()
  t.match(errors, [{ code: 'state-folder', message: /^Cannot write .*memory\.json: ENOENT/ }])
  mkdirSync(path)
  folder.save({ memory: noMemory, frozen: { since: 1 } })
  await folder.flushed()
  t.same(openStateFolder(path, ignoreErrors).load().frozen, { since: 1 })
  t.equal(errors.length, 1)
})

t.test('a draft of a crashed process does not replace the file', async t => {
  const path = t.testdir()
  const folder = openStateFolder(path, ignoreErrors)
  folder.save({ memory: noMemory, frozen: { since: 4 } })
  await folder.flushed()
  writeFileSync(join(path, 'memory.json.12345'), '{"version":1,"fro')
  t.same(openStateFolder(path, ignoreErrors).load().frozen, { since: 4 })
})
