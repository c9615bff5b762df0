import { execFile } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { missingProgram, temporaryFolder } from 'real-components'
import t from 'tap'
import { containerEngine, containerPlaceOn } from 'serf-haproxy-lab'
import type { Manifest } from '../../src/evidence/manifest.js'
import { runTasks } from '../tasks-process.js'

const skip = missingProgram('podman', 'chromium')

t.test(
  'tasks 0, 5 and 6 leave complete evidence in containers too',
  { skip, timeout: 600_000 },
  async t => {
    const subnet = `10.${randomInt(64, 255)}.${randomInt(1, 255)}`
    const place = containerPlaceOn(subnet, join(temporaryFolder(t), 'lab'))
    t.teardown(() => containerEngine(place).destroy())
    const logs = join(temporaryFolder(t), 'logs')
    for (const task of [0, 5, 6]) {
      const args = ['task', String(task), '--engine', 'container', '--out', logs, '--json']
      const { code, stdout, stderr } = await runTasks(place, args)
      t.equal(code, 0, stderr)
      t.match(JSON.parse(stdout), { ok: true, tasks: [{ task, faults: [] }] })
      const manifest = readFileSync(join(logs, `task-${task}`, 'manifest.json'), 'utf8')
      t.match(JSON.parse(manifest) as Manifest, { engine: 'containers', state: 'complete' })
    }
    const read = (file: string) => readFileSync(join(logs, file), 'utf8')
    t.match(JSON.parse(read('task-0/1-start/s1.inspect.json')), { State: { Status: 'running' } })
    t.match(read('task-0/4-crash/ps.txt'), /Exited/)
    t.match(read('task-5/3-s2-joins/nodes-after.txt'), /==> s1 <==[^]*==> s2 <==/)
    t.match(read('task-6/2-five/haproxy.cfg'), / server s5 /)
    const { stdout } = await podman(
      'ps',
      '--all',
      '--filter',
      `network=${place.network}`,
      '--quiet',
    )
    t.equal(stdout, '', 'and no container is left')
  },
)

function podman(...args: string[]): Promise<{ stdout: string }> {
  return new Promise(resolve => {
    execFile('podman', args, (_, stdout) => resolve({ stdout }))
  })
}
