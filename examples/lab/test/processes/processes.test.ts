import { spawn } from 'node:child_process'
import { endProcess, temporaryFolder } from 'real-components'
import t from 'tap'
import { killMarked, markedProcesses, markName } from '../../src/processes/processes.js'
import { until } from '../../src/until.js'

t.test('to end s1 does not end s11', async t => {
  const folder = temporaryFolder(t)
  const start = (node: string) => {
    const env = { ...process.env, [markName]: `${folder}/${node}/` }
    const child = spawn('sleep', ['60'], { env, stdio: 'ignore' })
    t.teardown(() => endProcess(child))
    return child
  }
  const [first, eleventh] = [start('s1'), start('s11')]
  await until('both to run', async () => (await markedProcesses(folder)).length === 2)
  await killMarked(`${folder}/s1/`)
  t.same(await markedProcesses(folder), [eleventh.pid])
  t.not(first.pid, eleventh.pid)
})
