import assert from 'node:assert/strict'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { createGenerationFolder } from '../../src/generations/generation-folder.js'
import { GenerationLog } from '../../src/generations/generation-log.js'
import { GenerationReader } from '../../src/generations/read-generations.js'
import { unifiedDiff } from '../../src/generations/unified-diff.js'
import type { DesiredState } from '../../src/plan/desired-state.js'
import { desire, server } from '../fake-haproxy-setup.js'
import { how } from './sample-generation.js'

const servers = Array.from({ length: 60 }, (_, i) => server(`s${i}`))
/** Steps of a history: servers that come or go, another text, a restart of the process. */
const step = fc.oneof(
  { weight: 8, arbitrary: fc.array(fc.nat(59), { minLength: 1, maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom('text' as const, 'restart' as const) },
)

t.test('every kept generation restores the same bytes, pools and difference', async t => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 9 }),
      async (steps, keep) => {
        const options = { folder: temporaryFolder(t), keep }
        const all: DesiredState[] = [{ text: '', pools: [] }]
        const present = new Set<number>()
        let more = ''
        let log = new GenerationLog(options)
        await log.opened()
        for (const each of steps) {
          if (each === 'text') more += 'backend more\n'
          else if (each === 'restart') {
            await log.written()
            log = new GenerationLog(options)
            await log.opened()
          } else for (const id of each) if (!present.delete(id)) present.add(id)
          const desired = desire(
            servers.filter((_, id) => present.has(id)),
            more,
          )
          if (log.note(desired, how) === all.length) all.push(desired)
          await log.written()
        }
        const kept = await log.list()
        assert.equal(kept.length, Math.min(keep, all.length - 1))
        for (const { number, diff } of kept) {
          const { text, pools, diff: sameDiff } = await log.read(number)
          assert.deepStrictEqual({ text, pools }, all[number])
          assert.equal(sameDiff, diff)
          const names = [`generation ${number - 1}`, `generation ${number}`] as const
          assert.equal(diff, unifiedDiff(all[number - 1]?.text ?? '', text, names))
        }
      },
    ),
    { numRuns: 40 },
  )
})

/** A folder with a whole generation and four changes. */
async function folderSetup(path: string) {
  const log = new GenerationLog({ folder: path })
  await log.opened()
  for (let n = 1; n <= 5; n++) log.note(desire(servers.slice(0, 50 + n)), how)
  await log.written()
  return createGenerationFolder(path, 20)
}

t.test('a generation with lines has them again', async t => {
  const log = new GenerationLog({ folder: temporaryFolder(t) })
  await log.opened()
  const lines = [{ line: 3, pool: 'nodes', server: 's0' }]
  log.note({ ...desire(servers.slice(0, 1)), lines }, how)
  t.strictSame((await log.read(1)).lines, lines)
})

t.test('a file of another history is not taken for the one that is needed', async t => {
  const folder = await folderSetup(temporaryFolder(t))
  const other = temporaryFolder(t)
  const log = new GenerationLog({ folder: other })
  await log.opened()
  log.note(desire(servers.slice(0, 9)), how)
  await log.written()
  cpSync(createGenerationFolder(other, 20).pathOf(1), folder.pathOf(1))
  await t.rejects(new GenerationReader(folder).read(3), {
    code: 'broken-generation',
    message: /^Generation 3 is not used: .* needs generation 1, which is another one now; remove/,
  })
  t.match(await new GenerationReader(folder).read(1), { text: desire(servers.slice(0, 9)).text })
})

t.test('generations of an older version are read, and the next one is whole', async t => {
  const path = temporaryFolder(t)
  const state = desire(servers.slice(0, 2))
  const folder = createGenerationFolder(path, 20)
  // Written by version 0.1.0, before there was format 2.
  const body = JSON.stringify({ number: 1, ...how, diff: '+x\n', ...state })
  const { createHash } = await import('node:crypto')
  const sha256 = createHash('sha256').update(body).digest('hex')
  writeFileSync(folder.pathOf(1), `${JSON.stringify({ format: 1, sha256 })}\n${body}\n`)
  const log = new GenerationLog({ folder: path })
  await log.opened()
  t.equal(log.note(state, how), 1)
  t.equal(log.note(desire(servers.slice(0, 3)), how), 2)
  t.match(await log.list(), [
    { number: 1, diff: '+x\n' },
    { number: 2, diff: /^--- generation 1\n.*\+ {2}server s2/s },
  ])
  t.match(await log.read(1), state)
  t.match(readFileSync(folder.pathOf(2), 'utf8'), /"whole":\{"text"/)
})
