import { missingProgram } from 'real-components'
import { labStatus, until, type NodeEngine } from 'serf-haproxy-lab'
import { engineAt, testPlace } from 'serf-haproxy-lab/lab-process'
import t from 'tap'
import { isWell, makeFault, removeFault } from '../../src/faults/broken-lab.js'
import { faults } from '../../src/faults/faults.js'
import { runTasks } from '../tasks-process.js'

/** These wait for a failure or for a timer: only `npm run faults` tries them too. */
const slow = ['forgotten-freeze', 'lost-serf-agent']
const isTried = ({ name }: { readonly name: string }) =>
  process.argv.includes('--whole') || !slow.includes(name)

const skip = missingProgram('haproxy', 'serf', 's6-svscan', 'execlineb')

/** Rows of the lab's status, by node, and the reasons of the agent. */
async function observe(engine: NodeEngine) {
  const rows = Object.fromEntries((await labStatus(engine)).map(row => [row.name, row]))
  const { pageUrl } = await engine.endpoints()
  const { reasons = [] } = (await (await fetch(`${pageUrl}health`)).json()) as {
    reasons?: unknown[]
  }
  return { s1: rows['s1'], s2: rows['s2'], reasons: JSON.stringify(reasons) }
}

type Observation = Awaited<ReturnType<typeof observe>>

/** The symptom of each fault, as the status has it. */
const symptoms: Readonly<Record<string, (seen: Observation) => boolean>> = {
  'hanging-application': ({ s1 }) => s1?.serf === 'alive' && s1.haproxy === 'DOWN',
  'lost-serf-agent': ({ s2 }) => s2?.serf === 'failed' && s2.haproxy === 'UP',
  'invalid-configuration': ({ reasons }) => reasons.includes('configuration is invalid'),
  'forgotten-freeze': ({ s1, reasons }) =>
    s1?.serf === 'alive' && /MAINT/.test(s1.haproxy ?? '') && reasons.includes('maintenance of s1'),
  'wrong-role': ({ s1 }) => s1?.serf === 'alive' && s1.haproxy === undefined,
  'taken-port': ({ s2 }) => s2?.serf === 'left' && s2.haproxy === undefined,
}

t.test('each fault has its symptom, and its remedy makes all well again', { skip }, async t => {
  const place = testPlace(t)
  const engine = engineAt(place)
  const { signal } = new AbortController()
  t.match(await runTasks(place, ['reset', '6']), { code: 0 })
  t.match(await runTasks(place, ['fix']), { code: 2, stderr: /expected a lab with a fault/ })
  for (const fault of faults.filter(isTried)) {
    await t.test(fault.name, async t => {
      await until('the lab to be well', () => isWell(engine))
      await makeFault(engine, fault)
      const hasSymptom = async () => symptoms[fault.name]?.(await observe(engine))
      await until(`the symptom of ${fault.name}`, hasSymptom, { timeoutMs: 20_000 })
      await t.rejects(makeFault(engine, fault), { message: /expected a lab without a fault/ })
      await removeFault(engine, fault, signal)
      t.ok(await isWell(engine))
    })
  }
  t.match(await runTasks(place, ['break', 'wrong-role']), { code: 0, stdout: /no server for s1/ })
  t.match(await runTasks(place, ['fix']), { code: 0, stdout: /Cause: .*role=backup/ })
  const { stdout } = await runTasks(place, ['fix', '--json'])
  const { look } = JSON.parse(stdout) as { look: string[] }
  t.match(look.join(), `${place.folder}/nodes/ha/serf-haproxy.yaml`)
  t.match(await runTasks(place, ['fix', '--apply']), { code: 0, stdout: /is well again/ })
  t.match(await runTasks(place, ['down']), { code: 0 })
})
