import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { inWords, openCauses } from '../src/queue/cause.js'
import { GenerationLog } from '../src/generations/generation-log.js'
import type { KeptGeneration } from '../src/generations/generation.js'
import { unifiedDiff } from '../src/generations/unified-diff.js'

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

t.test('what was applied is kept with its text, its cause and what changed', async t => {
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
  t.equal(log.fault, undefined)
})

t.test('the same text again is the same generation', async t => {
  const log = await logWith(temporaryFolder(t), ['a', 'a', 'b', 'a'])
  t.equal(log.number, 3)
  t.equal((await log.list()).length, 3)
})

t.test('the last generations are kept, and the numbers go on over restarts', async t => {
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

t.test('a broken file is refused, and neither obeyed nor written over', async t => {
  const folder = temporaryFolder(t)
  await logWith(folder, ['a', 'b'])
  const whole = readFileSync(pathOf(folder, 2), 'utf8')
  const other = readFileSync(pathOf(folder, 1), 'utf8')
  const futureHead = whole.replace('"format":1', '"format":2')
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
    t.match(log.fault, /^Generation 2 is not used/)
    t.equal(log.note(stateOf('b'), how), 3)
    await log.written()
    t.equal(readFileSync(pathOf(folder, 2), 'utf8'), content)
    rmSync(pathOf(folder, 3))
  }
})

t.test('no byte of a file can change unseen', async t => {
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

t.test('a disk that refuses is a fault, and what it refused is written later', async t => {
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
  t.match(log.fault, /^Cannot read .*generations: /)
  t.match(await log.read(5), { number: 5, text: 'e' }, 'it is in memory')
  await t.rejects(log.list(), { name: 'ReloadError', code: 'file' })

  rmSync(folder)
  mkdirSync(folder)
  writeFileSync(pathOf(folder, 1), saved)
  await log.written()
  t.equal(log.fault, undefined)
  t.strictSame(
    (await log.list()).map(({ number }) => number),
    [3, 4, 5],
  )
})

t.test('what is there when the folder can be read at last stays as it is', async t => {
  const parent = temporaryFolder(t)
  const folder = join(parent, 'generations')
  writeFileSync(folder, '')
  const log = new GenerationLog({ folder })
  await log.opened()
  t.match(log.fault, /generations/)
  rmSync(folder)
  await logWith(folder, ['a', 'b'])
  t.equal(log.note(stateOf('x'), how), 1)
  await log.written()
  t.match(log.fault, /^Generation 1 is not kept/)
  t.equal((await log.read(1)).text, 'a')
  t.equal(log.note(stateOf('y'), how), 3)
  t.equal((await log.read(3)).text, 'y')
  t.equal(log.fault, undefined)
})

t.test('what a killed writer left behind is removed; files are for their owner alone', async t => {
  const folder = join(temporaryFolder(t), 'generations')
  await logWith(folder, ['a'])
  writeFileSync(`${pathOf(folder, 2)}.123456`, 'half')
  writeFileSync(join(folder, 'notes.txt'), 'mine')
  await logWith(folder, [])
  t.equal(statSync(folder).mode & 0o777, 0o700)
  t.equal(statSync(pathOf(folder, 1)).mode & 0o777, 0o600)
  t.strictSame(readdirSync(folder), ['00000001.json', 'notes.txt'])
})

t.test('causes of what was not applied go over to what is', async t => {
  const causes = openCauses()
  const first = causes.add('s1 joined')
  const both = causes.add('s2 joined')
  t.equal(inWords(first), 's1 joined')
  t.equal(inWords(both), 's1 joined, s2 joined')
  causes.settle(first)
  t.equal(inWords(causes.add(undefined)), 's2 joined')
  causes.settle(both)
  t.equal(inWords(causes.add(undefined)), undefined)
  const many = Array.from({ length: 200 }, (_, i) => causes.add(`s${i} joined`)).at(-1) ?? []
  t.equal(inWords(many)?.split(', ').at(-1), '92 more')
})

const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'server s1', ''), { maxLength: 30 })
const text = fc
  .tuple(lines, fc.boolean())
  .map(([all, isEnded]) => all.join('\n') + (isEnded && all.length > 0 ? '\n' : ''))

t.test('a difference leads from one text to the other, and back', async t => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const diff = unifiedDiff(before, after, ['a', 'b'])
      if (patched(before, diff) !== after) return false
      return patched(after, reversed(diff)) === before
    }),
    { numRuns: 2000 },
  )
  const [before, after] = [numbered(0), numbered(5000)]
  t.equal(patched(before, unifiedDiff(before, after, ['a', 'b'])), after, 'all of it differs')
  t.equal(unifiedDiff('a', 'a', ['a', 'b']), '')
  t.equal(
    unifiedDiff('a\n', 'a', ['x', 'y']),
    '--- x\n+++ y\n@@ -1,1 +1,1 @@\n-a\n+a\n\\ No newline at end of file\n',
  )
})

function numbered(from: number): string {
  return Array.from({ length: 900 }, (_, i) => `${from + i}\n`).join('')
}

/** What `patch` makes of a text; throws where the difference does not fit. */
function patched(before: string, diff: string): string {
  const rows = diff.split('\n').slice(2, -1)
  const old = before.split(/(?<=\n)/).filter(line => line !== '')
  const result: string[] = []
  let at = 0
  for (const [i, row] of rows.entries()) {
    const head = /^@@ -(\d+),(\d+) \+\d+,\d+ @@$/.exec(row)
    if (head) {
      const start = Number(head[1]) - (Number(head[2]) > 0 ? 1 : 0)
      while (at < start) result.push(old[at++] ?? '')
    } else if (!row.startsWith('\\')) {
      const line = row.slice(1) + (rows[i + 1]?.startsWith('\\') ? '' : '\n')
      if (row[0] !== '+' && old[at++] !== line) throw new Error(`${row} does not fit line ${at}`)
      if (row[0] !== '-') result.push(line)
    }
  }
  return [...result, ...old.slice(at)].join('')
}

function reversed(diff: string): string {
  const swap: Record<string, string> = { '+': '-', '-': '+' }
  return diff
    .split('\n')
    .map((row, i) => {
      if (i < 2) return row
      const head = /^@@ -(\S+) \+(\S+) @@$/.exec(row)
      if (head) return `@@ -${head[2]} +${head[1]} @@`
      return (swap[row[0] ?? ''] ?? row[0] ?? '') + row.slice(1)
    })
    .join('\n')
}
