import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { evidenceFaults } from '../../src/evidence/completeness.js'
import { readManifest } from '../../src/evidence/manifest.js'
import { openRecorder, type Recorder } from '../../src/evidence/recorder.js'

const steps = [
  { id: '1-start', title: 'Start', files: ['ha.log'] },
  { id: '2-stop', title: 'Stop', files: ['ha.log', 'ps.txt'] },
]
const subject = { task: 3, title: 'A task', engine: 'processes', steps }
const bytes = (text: string) => new TextEncoder().encode(text)
const good = [{ claim: 'it runs', holds: true }]

t.test('a task whose files are all there is complete, and each file has its facts', async t => {
  const folder = temporaryFolder(t)
  t.same(await completeTask(folder), [])
  const manifest = await readManifest(folder)
  t.match(manifest, { task: 3, engine: 'processes', state: 'complete', reason: '', runs: 1 })
  t.same(
    manifest?.files.map(({ path, step, command }) => [path, step, command]),
    [
      ['1-start/ha.log', '1-start', 'show ha.log'],
      ['2-stop/ha.log', '2-stop', 'show ha.log'],
      ['2-stop/ps.txt', '2-stop', 'show ps.txt'],
    ],
  )
  t.match(manifest?.files[0], { sha256: /^[0-9a-f]{64}$/, bytes: 15, at: /^\d{4}-\d\d-\d\dT/ })
})

t.test('what is missing, empty, changed or from another step is found', async t => {
  const spoil: Record<string, (folder: string) => void> = {
    '2-stop/ps.txt is missing': folder => rmSync(join(folder, '2-stop/ps.txt')),
    '2-stop/ps.txt is empty': folder => writeFileSync(join(folder, '2-stop/ps.txt'), ''),
    '2-stop/ps.txt has changed since it was taken': folder =>
      writeFileSync(join(folder, '2-stop/ps.txt'), 'of last year'),
    '2-stop/ps.txt is not in the manifest': folder =>
      edit(folder, manifest => manifest.files.splice(2, 1)),
    '2-stop/ps.txt is from another step: taken in 1-start': folder =>
      edit(folder, ({ files: [, , file] }) => Object.assign(file ?? {}, { step: '1-start' })),
    '2-stop/ps.txt is from another step: taken in 2-stop at 2001': folder =>
      edit(folder, ({ files: [, , file] }) => Object.assign(file ?? {}, { at: '2001-01-01' })),
    'step 2-stop is not run': folder => edit(folder, manifest => manifest.steps.splice(1, 1)),
  }
  for (const [fault, act] of Object.entries(spoil)) {
    const folder = temporaryFolder(t)
    await completeTask(folder)
    act(folder)
    const manifest = await readManifest(folder)
    t.ok(manifest, fault)
    if (!manifest) continue
    const faults = await evidenceFaults(folder, manifest, steps)
    t.equal(faults.length, 1, fault)
    t.ok(faults[0]?.startsWith(fault), faults[0] ?? fault)
  }
})

t.test('an interrupted task is marked incomplete, and a second run keeps what is good', async t => {
  const folder = temporaryFolder(t)
  const first = await openRecorder(folder, subject)
  await play(first, { id: '1-start', files: ['ha.log'] })
  await first.begin('2-stop')
  await first.save('2-stop', 'ha.log', 'show', bytes('half of it'))
  // Nothing more is heard of the first run, as after a power cut.
  t.match(await readManifest(folder), { state: 'incomplete', steps: [{}, { state: 'incomplete' }] })

  const second = await openRecorder(folder, subject)
  t.equal(second.isKept('1-start'), true)
  t.equal(second.isKept('2-stop'), false)
  await play(second, { id: '2-stop', files: ['ha.log', 'ps.txt'] })
  t.same(await second.close(), [])
  t.match(await readManifest(folder), {
    state: 'complete',
    runs: 2,
    steps: [
      { id: '1-start', run: 1 },
      { id: '2-stop', run: 2 },
    ],
  })
})

t.test('a kept step whose file was touched is run again; so is one that failed', async t => {
  const folder = temporaryFolder(t)
  const first = await openRecorder(folder, subject)
  await play(first, { id: '1-start', files: ['ha.log'] })
  await first.begin('2-stop')
  for (const file of ['ha.log', 'ps.txt']) await first.save('2-stop', file, 'show', bytes(file))
  await first.end('2-stop', [{ claim: 'nothing fails', holds: false }])
  t.same(await first.close(), ['step 2-stop is failed'])
  t.match(await readManifest(folder), { state: 'failed', reason: 'step 2-stop is failed' })
  writeFileSync(join(folder, '1-start/ha.log'), 'made nicer')
  const second = await openRecorder(folder, subject)
  t.equal(second.isKept('1-start'), false)
  t.equal(second.isKept('2-stop'), false)
})

t.test('a complete task, or one of another engine, begins anew', async t => {
  const folder = temporaryFolder(t)
  await completeTask(folder)
  t.equal((await openRecorder(folder, subject)).isKept('1-start'), false)
  const other = temporaryFolder(t)
  await play(await openRecorder(other, subject), { id: '1-start', files: ['ha.log'] })
  const containers = await openRecorder(other, { ...subject, engine: 'containers' })
  t.equal(containers.isKept('1-start'), false)
})

t.test('a full disk is told in one line, and what is there stays marked incomplete', async t => {
  const folder = temporaryFolder(t)
  const recorder = await openRecorder(folder, subject)
  await play(recorder, { id: '1-start', files: ['ha.log'] })
  await recorder.begin('2-stop')
  const before = readFileSync(join(folder, 'manifest.json'), 'utf8')
  mkdirSync(join(folder, '2-stop'))
  // The one file of Linux that has never room.
  symlinkSync('/dev/full', join(folder, '2-stop/ps.txt'))
  await t.rejects(recorder.save('2-stop', 'ps.txt', 'show', bytes('x')), {
    name: 'LabError',
    message: /the disk is full; what is there is kept, and marked incomplete/,
  })
  t.equal(readFileSync(join(folder, 'manifest.json'), 'utf8'), before)
  t.equal(JSON.parse(before).state, 'incomplete')
  t.ok(existsSync(join(folder, '1-start/ha.log')))
})

t.test('a manifest that is none is refused', async t => {
  for (const text of ['', '{"steps":', '[]', '{"steps":{}}']) {
    const folder = temporaryFolder(t)
    writeFileSync(join(folder, 'manifest.json'), text)
    await t.rejects(openRecorder(folder, subject), { message: /is no manifest of the lab/ }, text)
  }
})

t.test('a folder with other files is refused, and stays as it is', async t => {
  const folder = t.testdir({ '2-stop': { 'thesis.txt': 'important' } })
  await t.rejects(openRecorder(folder, subject), {
    name: 'LabError',
    message: /expected an empty folder or one with the manifest of a task, got 2-stop; .*--out/,
  })
  t.equal(readFileSync(join(folder, '2-stop/thesis.txt'), 'utf8'), 'important')
})

async function play(recorder: Recorder, step: { id: string; files: readonly string[] }) {
  await recorder.begin(step.id)
  for (const file of step.files) {
    await recorder.save(step.id, file, `show ${file}`, bytes(`${step.id} ${file}\n`))
  }
  await recorder.end(step.id, good)
}

async function completeTask(folder: string): Promise<readonly string[]> {
  const recorder = await openRecorder(folder, subject)
  for (const step of steps) if (!recorder.isKept(step.id)) await play(recorder, step)
  return recorder.close()
}

interface Editable {
  steps: object[]
  files: object[]
}

function edit(folder: string, act: (manifest: Editable) => unknown): void {
  const file = join(folder, 'manifest.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Editable
  act(manifest)
  writeFileSync(file, JSON.stringify(manifest))
}
