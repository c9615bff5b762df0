import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { until } from 'real-components'
import t from 'tap'
import { lint } from '../../src/lint/lint.js'
import { byHand } from '../source-by-hand.js'
import { skip, superviseFiles } from './supervise.js'

interface Case {
  readonly files: Readonly<Record<string, string>>
  /** True if the lint finds a mistake, and the service dies again and again. */
  readonly dies: boolean
}

const check = { 'data/check': '#!/bin/sh\nexit 0\n' }
const notify = (options: string) => `#!/bin/sh\nexec s6-notifyoncheck ${options} sleep 1000\n`

/** Services that s6 accepts in silence. */
const cases: Readonly<Record<string, Case>> = {
  sound: { dies: false, files: { run: notify('-d'), 'notification-fd': '3\n', ...check } },
  'sound-3': { dies: false, files: { run: notify('-d -3 3'), 'notification-fd': '3\n', ...check } },
  'only-3': { dies: true, files: { run: notify('-d -3 3'), ...check } },
  'other-3': { dies: true, files: { run: notify('-d -3 5'), 'notification-fd': '3\n', ...check } },
  'log-d': { dies: true, files: { run: '#!/bin/sh\nexec s6-log -d3 t .\n' } },
  'log-other': {
    dies: true,
    files: { run: '#!/bin/sh\nexec s6-log -d4 t .\n', 'notification-fd': '3\n' },
  },
  return: { dies: true, files: { run: '#!/bin/sh\nexec sleep 9\r\necho\n' } },
  'return-in-execline': { dies: false, files: { run: '#!/usr/bin/execlineb -P\nsleep 9\r\n' } },
  'two-lines': {
    dies: false,
    files: { run: notify('-d'), 'notification-fd': '3\n4\n', ...check },
  },
}

t.test('what the lint says of a service by hand is what s6 makes of it', { skip }, async t => {
  const files = Object.entries(cases).flatMap(([name, each]) =>
    Object.entries(each.files).map(([path, text]) => [`${name}/${path}`, text] as const),
  )
  const made = byHand(Object.fromEntries(files))
  const { folder } = await superviseFiles(t, made)
  const tree = join(folder, 'tree')
  const findings = await lint(made, { layout: 's6' })
  for (const [name, { dies }] of Object.entries(cases)) {
    const found = findings.filter(finding => finding.service === name)
    t.equal(found.length > 0, dies, `${name}: ${JSON.stringify(found)}`)
    await until(`${name} to ${dies ? 'die' : 'be up'}`, () => {
      const deaths = spawnSync('s6-svdt', [join(tree, name)], { encoding: 'utf8' }).stdout
      const state = spawnSync('s6-svstat', ['-o', 'up', join(tree, name)], { encoding: 'utf8' })
      return dies ? deaths !== '' : state.stdout === 'true\n'
    })
  }
})
