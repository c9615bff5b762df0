import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { until } from 'real-components'
import t from 'tap'
import type { AgentError } from '../../src/agent-error.js'
import { openStateFolder } from '../../src/storage/state-folder.js'
import { noFlaps } from '../../src/decision/flap-damping.js'
import { noMemory } from '../../src/decision/member-memory.js'
import { withPools } from '../with-pools.js'

const at = Date.UTC(2026, 10, 28, 12)

/** Opens a state folder, with what it reports. */
function open(path: string) {
  const errors: (AgentError | undefined)[] = []
  const repairs: string[] = []
  const folder = openStateFolder(path, {
    onDisk: error => errors.push(error),
    onRepaired: text => repairs.push(text),
    wallTime: () => at,
  })
  return { ...folder, errors, repairs }
}

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
  const folder = open(path)
  t.same(folder.load(), { memory: undefined, frozen: undefined })
  folder.save({ memory: noMemory, frozen: undefined })
  folder.save({ memory, frozen: { since: 5, reason: 'maintenance', generation: 3 } })
  await folder.flushed()
  const { memory: found, frozen } = open(path).load()
  t.same(frozen, { since: 5, reason: 'maintenance', generation: 3 })
  t.strictSame(found, memory)
  t.same(folder.errors, [])
})

t.test('the drains of an operator are there after a restart', async t => {
  const path = join(t.testdir(), 'state')
  const drained = new Map([
    ['s1', { member: 's1', since: 5 }],
    ['__proto__', { member: '__proto__', since: 6, reason: 'an upgrade' }],
  ])
  const folder = open(path)
  folder.save({ memory: noMemory, frozen: undefined, drained })
  await folder.flushed()
  t.strictSame(open(path).load().drained, drained)
  folder.save({ memory: noMemory, frozen: undefined, drained: new Map() })
  await folder.flushed()
  t.strictSame(open(path).load().drained, new Map())
})

t.test('only the owner can read the folder and the file', async t => {
  const path = join(t.testdir(), 'state')
  const folder = open(path)
  folder.save({ memory: noMemory, frozen: undefined })
  await folder.flushed()
  t.equal(statSync(path).mode & 0o777, 0o700)
  t.equal(statSync(join(path, 'memory.json')).mode & 0o777, 0o600)
  t.same(readdirSync(path), ['memory.json'], 'no draft is left')
  t.equal(folder.generations, join(path, 'generations'))
})

const damages: readonly [name: string, text: string, why: RegExp][] = [
  ['empty', '', /got an empty file/],
  ['truncated', '{"version":1,"members":[],"froz', /expected JSON/],
  ['NULs', '\0\0\0\0', /expected JSON/],
  ['an array', '[]', /expected an object/],
  ['null', 'null', /expected an object/],
  ['a number', '1e999', /expected an object/],
  ['without a version', '{"members":[]}', /expected version 1, got undefined/],
  [
    'of a newer version',
    '{"version":2,"frozen":{}}',
    /a newer version of serf-haproxy wrote it: expected version 1, got 2/,
  ],
  ['with other members', '{"version":1,"members":[{}]}', /members have another form/],
  ['with members of a wrong type', '{"version":1,"members":7}', /members have another form/],
  ['with a freeze of a wrong type', '{"version":1,"frozen":true}', /freeze has another form/],
  ['with drains of a wrong type', '{"version":1,"drained":[{"member":1}]}', /drains have another/],
  ['with __proto__', '{"__proto__":{"version":1}}', /expected version 1, got undefined/],
]

for (const [name, text, why] of damages)
  t.test(`a file is kept aside, and the agent frozen: ${name}`, async t => {
    const path = t.testdir({ 'memory.json': text })
    const folder = open(path)
    const { memory, frozen, problem } = folder.load()
    t.equal(memory, undefined)
    t.match(problem, why)
    t.match(frozen, { since: at, reason: /cannot be read .*`serf-haproxy thaw` applies/ })
    const aside = 'memory.json.unreadable-0001-20261128T120000000Z'
    t.same(readdirSync(path), [aside])
    t.equal(readFileSync(join(path, aside), 'utf8'), text)
    t.match(open(path).load().frozen?.reason, /was set aside as .*none was written since/)
    folder.save({ memory, frozen })
    await folder.flushed()
    t.match(open(path).load(), { frozen, problem: undefined })
  })

t.test('a folder and a link in the place of the file are kept aside too', async t => {
  const path = t.testdir({ 'memory.json': { a: '' } })
  t.match(open(path).load().problem, /got a folder/)
  symlinkSync('nowhere', join(path, 'memory.json'))
  t.match(open(path).load().problem, /a link that leads nowhere/)
  t.equal(readdirSync(path).length, 2)
})

t.test('a file that is too large is not read', async t => {
  const path = t.testdir({ 'memory.json': '' })
  truncateSync(join(path, 'memory.json'), 200_000_000)
  t.match(open(path).load().problem, /expected at most 67108864 bytes, got 200000000/)
})

t.test('five files are kept aside at most', async t => {
  const path = t.testdir()
  for (let i = 0; i < 8; i++) {
    writeFileSync(join(path, 'memory.json'), String(i))
    open(path).load()
  }
  t.same(
    readdirSync(path)
      .map(name => readFileSync(join(path, name), 'utf8'))
      .toSorted(),
    ['3', '4', '5', '6', '7'],
  )
})

t.test('a first start is not frozen', async t => {
  const folder = open(join(t.testdir(), 'state'))
  t.same(folder.load(), { memory: undefined, frozen: undefined })
})

t.test('an incomplete freeze is still a freeze', async t => {
  const data = '{"version":1,"members":[],"frozen":{"since":1e999,"reason":7,"generation":"y"}}'
  const path = t.testdir({ 'memory.json': data })
  t.same(open(path).load().frozen, { since: 0 })
})

t.test('a folder that cannot be created is reported, and created later', async t => {
  const path = t.testdir({ file: '' })
  const folder = open(join(path, 'file', 'below'))
  t.match(folder.errors, [
    { code: 'state-folder', message: /^Cannot create the folder of .*below/ },
  ])
  t.same(folder.load(), { memory: undefined, frozen: undefined })
  folder.save({ memory: noMemory, frozen: { since: 1 } })
  t.match(await folder.flushed(), {
    code: 'state-folder',
    message: /^Cannot write .*memory\.json: /,
  })
  rmSync(join(path, 'file'))
  folder.retry()
  t.equal(await folder.flushed(), undefined)
  t.equal(folder.errors.at(-1), undefined)
  t.same(open(join(path, 'file', 'below')).load().frozen, { since: 1 })
})

t.test('a folder that is created late needs no data to be reported as good', async t => {
  const path = t.testdir({ file: '' })
  const folder = open(join(path, 'file', 'below'))
  folder.retry()
  t.equal(folder.errors.length, 2)
  rmSync(join(path, 'file'))
  folder.retry()
  t.equal(folder.errors.at(-1), undefined)
})

t.test('folders that others may write are repaired, with a message', async t => {
  const path = t.testdir({ generations: {} })
  chmodSync(path, 0o777)
  chmodSync(join(path, 'generations'), 0o770)
  const { repairs } = open(path)
  t.match(repairs, [/had mode 777, .* it has 700 now$/, /generations had mode 770/])
  t.equal(statSync(path).mode & 0o777, 0o700)
  t.equal(statSync(join(path, 'generations')).mode & 0o777, 0o700)
})

t.test('equal data saved twice does not block later data', async t => {
  const path = t.testdir()
  const folder = open(path)
  for (const reason of ['one', 'one', 'one', 'two', 'two', 'three']) {
    folder.save({ memory: noMemory, frozen: { since: 1, reason } })
    await folder.flushed()
    t.equal(open(path).load().frozen?.reason, reason)
  }
})

t.test('of several saves in a row the newest is on disk', async t => {
  const path = t.testdir()
  const folder = open(path)
  for (let i = 0; i < 20; i++) {
    folder.save({ memory: noMemory, frozen: { since: i } })
    if (i % 7 === 0) await new Promise(resolve => setImmediate(resolve))
  }
  await folder.flushed()
  t.same(open(path).load().frozen, { since: 19 })
})

t.test('a write error is reported, and the next save is written', async t => {
  const path = t.testdir()
  const folder = open(path)
  mkdirSync(join(path, 'memory.json'))
  folder.save({ memory: noMemory, frozen: { since: 1 } })
  await folder.flushed()
  t.match(folder.errors, [
    { code: 'state-folder', message: /^Cannot write .*memory\.json: EISDIR/ },
  ])
  rmSync(join(path, 'memory.json'), { recursive: true })
  folder.save({ memory: noMemory, frozen: { since: 1 } })
  await folder.flushed()
  t.same(open(path).load().frozen, { since: 1 })
  t.same(folder.errors.slice(1), [undefined])
})

t.test('a draft of a crashed process does not replace the file', async t => {
  const path = t.testdir()
  const folder = open(path)
  folder.save({ memory: noMemory, frozen: { since: 4 } })
  await folder.flushed()
  writeFileSync(join(path, 'memory.json.12345'), '{"version":1,"fro')
  t.same(open(path).load().frozen, { since: 4 })
})

t.test('saves that follow each other are few writes, without a flush too', async t => {
  const path = t.testdir()
  const folder = open(path)
  const file = join(path, 'memory.json')
  folder.save({ memory: memoryOf(['a']), frozen: undefined })
  await until('the first write', () => existsSync(file))
  for (let i = 0; i < 200; i++) folder.save({ memory: memoryOf([`m${i}`]), frozen: undefined })
  await until('the last write', () => readFileSync(file, 'utf8').includes('"m199"'))
  t.same(folder.errors, [])
})
