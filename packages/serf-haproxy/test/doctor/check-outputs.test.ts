import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t, { type Test } from 'tap'
import { loadConfiguration } from '../../src/configuration/load-configuration.js'
import { checkOutputs } from '../../src/doctor/check-outputs.js'
import { writeConfiguration } from '../run-command.js'

const { signal } = new AbortController()

/** Writes a configuration with these lines and this template, and returns the findings. */
async function findings(t: Test, more: string, template = 'global\n') {
  const folder = temporaryFolder(t)
  writeFileSync(join(folder, 'x.hbs'), '# nothing\n')
  mkdirSync(join(folder, 'maps'))
  const file = await writeConfiguration(folder, {
    more: more.replaceAll('FOLDER', folder),
    template: template.replaceAll('FOLDER', folder),
  })
  return { folder, found: await checkOutputs(loadConfiguration(file), signal) }
}

const map = 'outputs: [{ template: x.hbs, file: maps/a.map, use: map }]'

t.test('a configuration without outputs has no findings', async t => {
  t.same((await findings(t, '')).found, [])
})

t.test('a list that the configuration names, and a folder that can be written, are ok', async t => {
  const template = 'backend b\n  http-request set-var(txn.x) str(a),map(FOLDER/maps/a.map)\n'
  const { folder, found } = await findings(t, map, template)
  t.same(found, [
    { check: 'output', level: 'ok', text: `${join(folder, 'maps/a.map')} can be replaced` },
  ])
})

t.test('a list that no line names is a warning with the way to name it', async t => {
  const { folder, found } = await findings(t, map)
  const path = join(folder, 'maps/a.map')
  t.match(found, [
    { level: 'ok' },
    {
      level: 'warn',
      text: `no line of the rendered configuration names ${path}`,
      remedy: new RegExp(`as in map\\(${path}\\)`),
    },
  ])
})

t.test('a place that cannot be replaced fails with the remedy', async t => {
  const outputs = 'outputs: [{ template: x.hbs, file: /proc/self/a.map, use: map }]'
  const { found } = await findings(t, outputs, '# /proc/self/a.map\n')
  t.match(found, [{ level: 'fail', text: /cannot replace \/proc\/self\/a\.map/, remedy: /.+/ }])
})

t.test('a further configuration file has to be among those of HAProxy', async t => {
  const outputs = 'outputs: [{ template: x.hbs, file: maps/b.cfg, use: reload }]'
  const started = async (args: string) => {
    const folder = temporaryFolder(t)
    mkdirSync(join(folder, 'maps'))
    const file = await writeConfiguration(folder, { more: outputs })
    const { haproxy, ...others } = loadConfiguration(file)
    const check = { args: args.replaceAll('FOLDER', folder).split(' ') }
    return checkOutputs({ ...others, haproxy: { ...haproxy, check } }, signal)
  }
  t.equal((await started('-f haproxy.cfg -f FOLDER/maps/b.cfg')).length, 1)
  t.equal((await started('-f haproxy.cfg -f FOLDER/maps')).length, 1)
  t.match((await started('-f haproxy.cfg')).at(-1), {
    level: 'warn',
    text: /^HAProxy was started without .*b\.cfg: -f haproxy\.cfg$/,
    remedy: /start it with a further -f /,
  })
})

t.test('a template that cannot be rendered is the finding of another check', async t => {
  const { found } = await findings(t, map, '{{#each pools}')
  t.equal(found.length, 1)
})
