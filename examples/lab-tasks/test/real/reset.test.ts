import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { missingProgram } from 'real-components'
import { until } from 'serf-haproxy-lab'
import { processesOf, testPlace } from 'serf-haproxy-lab/lab-process'
import t from 'tap'
import { runTasks } from '../tasks-process.js'

const skip = missingProgram('haproxy', 'serf', 's6-svscan', 'execlineb')

t.test('reset leaves a lab at the start of a task, which keeps its stage', { skip }, async t => {
  const place = testPlace(t)
  const configuration = () => readFileSync(join(place.folder, 'nodes/ha/haproxy.cfg'), 'utf8')
  const nodes = async () => {
    const { stdout } = await runTasks(place, ['status', '--json'])
    return (JSON.parse(stdout) as { nodes: { name: string; node?: string; haproxy?: string }[] })
      .nodes
  }
  const reset = await runTasks(place, ['reset', '5'])
  t.match(reset, { code: 0, stdout: /Next +docs\/lab\.md, "Task 5: a generated configuration"/ })
  t.match(await nodes(), [{ name: 'ha', node: 'running' }])

  t.match(await runTasks(place, ['start', 's1']), { code: 0, stdout: /^in: s1;/ })
  await until('the handler of task 5 to write the file', () => /server s1 /.test(configuration()))
  t.same((await nodes()).find(({ name }) => name === 's1')?.haproxy, undefined)

  t.match(await runTasks(place, ['reset', '0', '--json']), { code: 0, stdout: /"stage":"static"/ })
  t.match(await nodes(), [{ name: 'ha' }, { name: 's1', haproxy: 'UP' }, { name: 's2' }])
  t.match(await runTasks(place, ['freeze', 's1']), { code: 2, stderr: /has no supervisor/ })
  t.match(await runTasks(place, ['reset', '7']), { code: 2, stderr: /from 0 to 6, got 7/ })
  t.match(await runTasks(place, ['down']), { code: 0 })
  t.same(await processesOf(place), [])
})
