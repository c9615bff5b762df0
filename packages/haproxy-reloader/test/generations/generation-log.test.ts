import {
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
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { GenerationLog } from '../../src/generations/generation-log.js'
import type { KeptGeneration } from '../../src/generations/generation.js'

const how = {
  at: 1_700_000_000_000,
  cause: 'member s3 joined',
  via: 'runtime',
  plan: { reason: 'add nodes/s3', operations: [] },
  tookMs: 1.5,
} as const
const stateOf = (text: string) => ({ text, pools: [{ name: 'nodes', servers: [] }] })
const pathOf = (folder: string, number: number) =>
  join(folder, `${String(number).padStart(8, '0')}.json`)

async function logWith(folder: string, texts: readonly string[], keep = 20) {
  const log = new GenerationLog({ folder, keep })
  await log.opened()
  for (const text of texts) log.note(stateOf(text), how)
  await log.written()
  return log
}

t.test('an applied configuration is kept with its text, its cause and its difference', async t => {
  const log = await logWith(join(temporaryFolder(t), 'generations'), ['a\nb\n', 'a\nc\n'])
  t.strictSame(await log.read(2), {
    number: 2,
    ...how,
    ...stateOf('a\nc\n'),
    diff: '--- generation 1\n+++ generation 2\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n',
  } satisfies KeptGeneration)
  t.match(await log.list(), [
    { number: 1, diff: /\+a\n\+b\n$/ },
    { number: 2, cause: how.cause },
  ])
  t.notOk('text' in ((await log.list())[0] ?? {}), 'a list is without the texts')
  t.equal(log.error, undefined)
})

t.test('the same text again is the same generation', async t => {
  const log = await logWith(temporaryFolder(t), ['a', 'a', 'b', 'a'])
  t.equal(log.number, 3)
  t.equal((await log.list()).length, 3)
})

t.test('the last generations are kept, and the numbers continue over restarts', async t => {
  const folder = temporaryFolder(t)
  await logWith(folder, ['a', 'b', 'c'], 2)
  const next = await logWith(folder, ['c', 'd'], 2)
  t.equal(next.number, 4)
  t.strictSame(
    (await next.list()).map(({ number }) => number),
    [3, 4],
  )
  t.match((await next.read(4)).diff, /^--- generation 3\n/)
  await t.rejects(next.read(1), {
    name: 'ReloadError',
    code: 'unknown-generation',
    message: 'There is no generation 1; kept are 3, 4',
  })
})

t.test('without a folder there are numbers, and nothing is kept', async t => {
  const log = new GenerationLog(undefined)
  t.equal(log.note(stateOf('a'), how), 1)
  t.equal(log.note(stateOf('b'), how), 2)
  t.strictSame(await log.list(), [])
  await t.rejects(log.read(2), { code: 'unknown-generation', message: /none is kept/ })
  for (const keep of [0, 1.5, Number.NaN])
    t.throws(() => new GenerationLog({ folder: '/nonexistent', keep }), RangeError)
})

t.test('a broken file is refused, and neither used nor overwritten', async t => {
  const folder = temporaryFolder(t)
  await logWith(folder, ['a', 'b'])
  const whole = readFileSync(pathOf(folder, 2), 'utf8')
  const other = readFileSync(pathOf(folder, 1), 'utf8')
  const futureHead = whole.replace('"format":2', '"format":4')
  for (const content of [
    '',
    '{}',
    'x',
    whole.slice(0, -9),
    whole.replace('"b"', '"c"'),
    other,
    futureHead,
  ]) {
    writeFileSync(pathOf(folder, 2), content)
    const log = await logWith(folder, [])
    t.equal(log.number, 2)
    const refusal = {
      name: 'ReloadError',
      code: 'broken-generation',
      message: /^Generation 2 .*; remove the file$/,
    }
    await t.rejects(log.read(2), refusal)
    t.match(await log.list(), [{ number: 1 }], 'the others are listed')
    t.match(log.error, /^Generation 2 is not used/)
    t.equal(log.note(stateOf('b'), how), 3)
    await log.written()
    t.equal(readFileSync(pathOf(folder, 2), 'utf8'), content)
    rmSync(pathOf(folder, 3))
  }
})

t.test('a change of any byte of a file is detected', async t => {
  const folder = temporaryFolder(t)
  await logWith(folder, ['backend nodes\n'])
  const whole = readFileSync(pathOf(folder, 1))
  const log = new GenerationLog({ folder })
  await fc.assert(
    fc.asyncProperty(
      fc.nat(whole.length - 2),
      fc.integer({ min: 1, max: 127 }),
      async (at, flip) => {
        const changed = Buffer.from(whole)
        changed[at] = (changed[at] ?? 0) ^ flip
        writeFileSync(pathOf(folder, 1), changed)
        const read = await log.read(1).catch((error: { code: string }) => error)
        // White space in the head means nothing.
        if (!('code' in read)) return read.text === 'backend nodes\n'
        return read.code === 'broken-generation'
      },
    ),
    { numRuns: 200 },
  )
})

t.test('what is no generation is an error until it is removed, and is not read', async t => {
  const folder = temporaryFolder(t)
  const log = await logWith(folder, ['a', 'b'])
  const place = pathOf(folder, 2)
  for (const [make, why] of [
    [() => mkdirSync(place), /is no file; remove/],
    [() => symlinkSync(pathOf(folder, 1), place), /is no file; remove/],
    [
      () => {
        writeFileSync(place, '')
        truncateSync(place, 200_000_000)
      },
      /has 200000000 bytes/,
    ],
    [() => writeFileSync(place, '{"format":4}\n{}\n'), /expected format 1 to 3, got 4/],
  ] as const) {
    rmSync(place, { force: true, recursive: true })
    make()
    const next = await logWith(folder, [])
    t.strictSame(
      (await next.list()).map(({ number }) => number),
      [1],
    )
    t.match(next.error, why)
    rmSync(place, { recursive: true })
    await next.list()
    t.equal(next.error, undefined)
  }
  t.equal(log.number, 2)
})

t.test('a folder in the place of an old generation does not stop the next ones', async t => {
  const folder = temporaryFolder(t)
  mkdirSync(pathOf(folder, 1))
  const log = await logWith(folder, ['a', 'b', 'c'], 2)
  t.strictSame(
    (await log.list()).map(({ number }) => number),
    [3, 4],
  )
})

t.test('a disk error is kept as the error, and the generation is written later', async t => {
  const parent = temporaryFolder(t)
  const folder = join(parent, 'generations')
  await logWith(folder, ['a'])
  const log = new GenerationLog({ folder, keep: 3 })
  await log.opened()
  // A file in the folder's place refuses to root too.
  const saved = readFileSync(pathOf(folder, 1))
  rmSync(folder, { recursive: true })
  writeFileSync(folder, '')
  for (const text of ['b', 'c', 'd', 'e']) log.note(stateOf(text), how)
  await log.written()
  t.match(log.error, /^Cannot write .*generations.*: ENOTDIR/)
  t.match(await log.read(5), { number: 5, text: 'e' }, 'it is in memory')
  await t.rejects(log.list(), { name: 'ReloadError', code: 'file' })

  rmSync(folder)
  mkdirSync(folder)
  writeFileSync(pathOf(folder, 1), saved)
  await log.written()
  t.equal(log.error, undefined)
  t.strictSame(
    (await log.list()).map(({ number }) => number),
    [3, 4, 5],
  )
})

t.test('generations in a folder that becomes readable later stay as they are', async t => {
  const parent = temporaryFolder(t)
  const folder = join(parent, 'generations')
  writeFileSync(folder, '')
  const log = new GenerationLog({ folder })
  await log.opened()
  t.match(log.error, /generations/)
  rmSync(folder)
  await logWith(folder, ['a', 'b'])
  t.equal(log.note(stateOf('x'), how), 1)
  await log.written()
  t.match(log.error, /^Generation 1 is not kept/)
  t.equal((await log.read(1)).text, 'a')
  t.equal(log.note(stateOf('y'), how), 3)
  t.equal((await log.read(3)).text, 'y')
  t.equal(log.error, undefined)
})

t.test('unfinished files of a killed writer are removed, and files are private', async t => {
  const folder = join(temporaryFolder(t), 'generations')
  await logWith(folder, ['a'])
  writeFileSync(`${pathOf(folder, 2)}.123456`, 'half')
  writeFileSync(join(folder, 'notes.txt'), 'mine')
  await logWith(folder, [])
  t.equal(statSync(folder).mode & 0o777, 0o700)
  t.equal(statSync(pathOf(folder, 1)).mode & 0o777, 0o600)
  t.strictSame(readdirSync(folder), ['00000001.json', 'notes.txt'])
})
