import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { runCommand, writeConfiguration } from '../run-command.js'

t.test('render --no-members prints a configuration with empty pools', async t => {
  const file = await writeConfiguration(t.testdir())
  const { code, stdout } = await runCommand('render', '--no-members', '--config', file)
  t.equal(code, 0)
  t.match(stdout, /^backend nodes$/m)
  t.notMatch(stdout, /^\s*server /m)
})

t.test('render --out writes the same text to a file that only its owner can read', async t => {
  const folder = t.testdir()
  const args = ['render', '--no-members', '--config', await writeConfiguration(folder)]
  const out = join(folder, 'out.cfg')
  t.match(await runCommand(...args, '--out', out), { code: 0, stdout: '' })
  t.equal(readFileSync(out, 'utf8'), (await runCommand(...args)).stdout)
  t.equal(statSync(out).mode & 0o777, 0o600)
})

t.test('render without a Serf agent exits with 2 and mentions --no-members', async t => {
  const file = await writeConfiguration(t.testdir())
  const { code, stdout, stderr } = await runCommand('render', '--config', file)
  t.equal(code, 2)
  t.equal(stdout, '')
  t.match(stderr, /^error: cannot read the members: No Serf agent answers at .*--no-members/)
})
