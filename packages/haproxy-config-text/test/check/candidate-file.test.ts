import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { writeCandidate } from '../../src/check/candidate-file.js'

/** The id of a process that has ended. */
const endedPid = () => spawnSync('true').pid

t.test('a candidate is private, is in the folder, and goes with its disposal', async t => {
  const folder = t.testdir()
  const file = await writeCandidate('text', 'own.cfg', folder)
  t.equal(dirname(file.path), folder)
  t.equal(statSync(file.path).mode & 0o777, 0o600)
  await file[Symbol.asyncDispose]()
  t.same(readdirSync(folder), [])
})

t.test('a folder that cannot be written is replaced by a temporary one', async t => {
  const file = await writeCandidate('text', 'own.cfg', join(t.testdir(), 'missing'))
  t.ok(existsSync(file.path))
  await file[Symbol.asyncDispose]()
  t.notOk(existsSync(dirname(file.path)))
})

t.test('candidates of killed checks are removed, and those of others stay', async t => {
  const folder = t.testdir()
  const pid = endedPid()
  const old = [`.own.cfg.check-${pid}-1`, `.own.cfg.check-${process.pid}-9`, '.own.cfg.check-x']
  const fresh = `.own.cfg.check-${pid}-2`
  const other = `.other.cfg.check-${pid}-1`
  for (const name of [...old, fresh, other]) writeFileSync(join(folder, name), '')
  for (const name of [...old, other]) utimesSync(join(folder, name), 1, 1)
  const file = await writeCandidate('text', 'own.cfg', folder)
  await file[Symbol.asyncDispose]()
  t.same(readdirSync(folder), [other, ...old.slice(1), fresh].toSorted())
})
