import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readMemories, writeMemories } from '../../src/loop/memory-file.js'
import { noMemory } from '../../src/policy/pool-memory.js'

t.test('memories are the same after a restart', async t => {
  const folder = t.testdir()
  const file = join(folder, 'memory.json')
  const memory = {
    ...noMemory,
    wanted: 3,
    present: ['__proto__', 's1'],
    lost: [{ name: 's2', since: 5 }],
    starts: [{ at: 1, member: 's3', healthyAt: 2 }, { at: 4 }],
    startTimes: [1, 4],
  }
  writeMemories(file, new Map([['web', memory]]))
  t.strictSame(readMemories(file), new Map([['web', memory]]))
  t.strictSame(readdirSync(folder), ['memory.json'])
})

t.test('without a file there is no memory', async t => {
  t.equal(readMemories(join(t.testdir(), 'none.json')).size, 0)
})

t.test('a file that is no memory is an error, and it is kept', async t => {
  const folder = t.testdir({ a: '{"version":1,"pools":[{"name":"web"}]}', b: 'no' })
  for (const name of ['a', 'b']) {
    const file = join(folder, name)
    t.throws(() => readMemories(file), { code: 'memory', message: /^cannot read the memory / })
    t.ok(readFileSync(file, 'utf8'))
  }
})

t.test('a folder that is missing is an error', async t => {
  const file = join(t.testdir(), 'none', 'memory.json')
  t.throws(() => writeMemories(file, new Map()), { code: 'memory', message: /ENOENT/ })
  t.notOk(existsSync(file))
})
