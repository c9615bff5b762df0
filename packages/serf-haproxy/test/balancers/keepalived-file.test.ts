import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { endProcess, temporaryFolder } from 'real-components'
import t, { type Test } from 'tap'
import { applyKeepalived, checkKeepalived } from '../../src/balancers/keepalived-file.js'

/** Places of a keepalived whose check is this shell script. */
function placeOf(t: Test, script: string) {
  const folder = temporaryFolder(t)
  const binary = join(folder, 'keepalived')
  writeFileSync(binary, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return { folder, file: join(folder, 'k.conf'), pidFile: join(folder, 'k.pid'), binary }
}

t.test('a new text is written and read by keepalived; the same text changes nothing', async t => {
  const place = placeOf(t, 'grep -q good "$3"')
  const child = spawn('sh', [
    '-c',
    'trap "echo hup; exit" HUP; echo ready; while :; do sleep 0.1; done',
  ])
  t.teardown(() => endProcess(child))
  await once(child.stdout, 'data')
  writeFileSync(place.pidFile, `${child.pid}\n`)
  const signalled = once(child.stdout, 'data')
  t.equal(await applyKeepalived('good\n', place), true)
  t.equal(String((await signalled)[0]), 'hup\n')
  t.equal(await applyKeepalived('good\n', place), false)
  t.equal(readFileSync(place.file, 'utf8'), 'good\n')
})

t.test('a text that keepalived rejects leaves its file alone, and nothing behind', async t => {
  const place = placeOf(t, 'grep -q good "$3" || { echo "($3: Line 1) bad word"; exit 5; }')
  writeFileSync(place.file, 'good\n')
  await t.rejects(applyKeepalived('bad\n', place), {
    code: 'configuration',
    message: `${place.binary} rejects its configuration: (${place.file}: Line 1) bad word`,
  })
  t.equal(readFileSync(place.file, 'utf8'), 'good\n')
  t.same(readdirSync(place.folder).toSorted(), ['k.conf', 'keepalived'])
})

t.test('a missing keepalived is an error with the remedy', async t => {
  const place = { ...placeOf(t, 'exit 0'), binary: '/nonexistent/keepalived' }
  await t.rejects(checkKeepalived('x\n', place), { message: /not found; install keepalived/ })
})

t.test('a keepalived that is not running reads the file at its start', async t => {
  const place = placeOf(t, 'exit 0')
  t.equal(await applyKeepalived('x\n', place), true)
  writeFileSync(place.pidFile, '4194303\n')
  t.equal(await applyKeepalived('y\n', place), true)
})
