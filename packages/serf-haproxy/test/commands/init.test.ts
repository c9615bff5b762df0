import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { missingProgram, temporaryFolder } from 'real-components'
import t from 'tap'
import { runCommand } from '../run-command.js'

t.test('init writes files that check accepts', { skip: missingProgram('haproxy') }, async t => {
  const folder = join(temporaryFolder(t), 'new', 'folder')
  const { code, stdout } = await runCommand('init', '--folder', folder)
  t.equal(code, 0)
  t.match(stdout, /^Wrote serf-haproxy\.yaml, haproxy\.cfg\.hbs, serf-haproxy\.schema\.json\./)
  const config = join(folder, 'serf-haproxy.yaml')
  t.match(await runCommand('check', '--no-members', '--config', config), { code: 0 })
})

t.test('init overwrites existing files only with --force', async t => {
  const folder = t.testdir({ 'serf-haproxy.yaml': 'mine' })
  const file = join(folder, 'serf-haproxy.yaml')
  const { code, stderr } = await runCommand('init', '--folder', folder)
  t.equal(code, 2)
  t.match(stderr, `error: ${folder} already contains serf-haproxy.yaml; --force overwrites`)
  t.equal(readFileSync(file, 'utf8'), 'mine')
  t.equal((await runCommand('init', '--folder', folder, '--force')).code, 0)
  t.match(readFileSync(file, 'utf8'), /^serf:$/m)
})

t.test('init exits with 2 if the folder cannot be written', async t => {
  const folder = join(t.testdir({ file: '' }), 'file', 'below')
  t.match(await runCommand('init', '--folder', folder), { code: 2, stderr: /cannot write to/ })
})

t.test(
  'the schema that init writes is the one of the package, and the file names both',
  async t => {
    const folder = join(temporaryFolder(t), 'new')
    t.equal((await runCommand('init', '--folder', folder)).code, 0)
    const schema = JSON.parse(
      readFileSync(join(folder, 'serf-haproxy.schema.json'), 'utf8'),
    ) as object
    const ours = new URL('../../../schema/serf-haproxy.schema.json', import.meta.url)
    t.same(schema, JSON.parse(readFileSync(ours, 'utf8')))
    const text = readFileSync(join(folder, 'serf-haproxy.yaml'), 'utf8')
    t.match(text, /^# yaml-language-server: \$schema=serf-haproxy\.schema\.json$/m)
    t.match(text, 'docs/configuration.md')
    t.match((await runCommand('--help')).stdout, 'docs/configuration.md')
  },
)
