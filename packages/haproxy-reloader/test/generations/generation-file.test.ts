import { createHash } from 'node:crypto'
import t from 'tap'
import { fileOfGeneration, generationOfFile } from '../../src/generations/generation-file.js'
import type { StoredGeneration } from '../../src/generations/stored-generation.js'

const record = {
  number: 7,
  at: 1_700_000_000_000,
  cause: 'member s1 joined',
  via: 'runtime',
  plan: { reason: 'add nodes/s1', operations: [] },
  tookMs: 1.5,
} as const
const configuration = { text: 'backend nodes\n  # "é"\n', pools: [] }
const generation: StoredGeneration = { ...record, before: { number: 6 }, whole: configuration }

/** A file with a valid checksum over any body. */
function fileOf(body: string, head: object = {}): string {
  const sha256 = createHash('sha256').update(body).digest('hex')
  return `${JSON.stringify({ format: 1, sha256, ...head })}\n${body}\n`
}

t.test('a generation survives being written and read', async t => {
  const { text, sha256 } = fileOfGeneration(generation)
  t.strictSame(generationOfFile('7.json', 7, text), { sha256, stored: generation })
})

t.test('a file is two lines, however many lines the text has', async t => {
  t.equal(fileOfGeneration(generation).text.split('\n').length, 3)
})

t.test('a changed body is refused, and the message says what to do', async t => {
  const changed = fileOfGeneration(generation).text.replace('joined', 'failed')
  t.throws(() => generationOfFile('/g/7.json', 7, changed), {
    name: 'ReloadError',
    code: 'broken-generation',
    message: 'Generation 7 is not used: /g/7.json was changed; remove the file',
  })
})

t.test('the file of an older version has its configuration and its difference', async t => {
  const kept = { ...record, ...configuration, diff: '+x\n' }
  t.match(generationOfFile('7.json', 7, fileOf(JSON.stringify(kept))), { kept })
})

t.test('a file without a configuration is refused', async t => {
  const file = fileOf(JSON.stringify(record), { format: 2 })
  t.throws(() => generationOfFile('7.json', 7, file), { message: /holds no configuration/ })
})

t.test('a generation with files is none that an older version could read', async t => {
  const files = [{ path: '/m', text: 'a 1\n', use: 'map' as const }]
  const whole = { text: 'global\n', pools: [] }
  const before = { number: 0 }
  t.match(fileOfGeneration({ ...record, before, whole }).text, /^{"format":2,/)
  t.match(fileOfGeneration({ ...record, before, whole: { ...whole, files } }).text, /^{"format":3,/)
  const { path, use, text: added } = files[0] ?? { path: '', use: 'map', text: '' }
  const changed = { number: 6, files: [{ path, use, added }] }
  const { text } = fileOfGeneration({ ...record, before: changed })
  t.match(text, /^{"format":3,/)
  t.match(generationOfFile('7.json', 7, text), { stored: { before: changed } })
})

t.test('another format is refused with both numbers', async t => {
  const body = JSON.stringify(generation)
  t.throws(() => generationOfFile('7.json', 7, fileOf(body, { format: 4 })), {
    code: 'broken-generation',
    message:
      /was written by a newer version, which can read it: expected format 1 to 3, got 4; remove/,
  })
})

t.test('the file of another generation is refused', async t => {
  t.throws(() => generationOfFile('8.json', 8, fileOfGeneration(generation).text), {
    code: 'broken-generation',
    message: /holds generation 7/,
  })
})

t.test('a file without a head, or with a body that is not JSON, is refused', async t => {
  for (const file of ['', 'x', '{}\n{}\n', fileOf('not JSON')])
    t.throws(() => generationOfFile('7.json', 7, file), { code: 'broken-generation' })
})
