import t from 'tap'
import { faultNamed, faults } from '../../src/faults/faults.js'
import { fixText, lookCommands } from '../../src/faults/fix-text.js'

t.test('the explanation has the symptom, the commands, the cause and the remedy', async t => {
  const fault = faultNamed('wrong-role')
  const text = fixText(fault, '/tmp/lab', ' --folder /tmp/lab')
  for (const part of [fault.symptom, fault.cause, fault.remedy]) t.match(text, part)
  t.match(text, 'npx serf-haproxy explain s1 --config /tmp/lab/nodes/ha/serf-haproxy.yaml')
  t.match(text, 'npm run lab -- fix --apply --folder /tmp/lab')
})

t.test('the commands have the real folder, quoted where a shell needs it', async t => {
  for (const fault of faults) {
    t.notMatch(lookCommands(fault, '/tmp/lab').join(), 'FOLDER')
    t.match(lookCommands(fault, '/tmp/lab').join(), '/tmp/lab')
  }
  const [status] = lookCommands(faultNamed('wrong-role'), '/tmp/my lab')
  t.equal(status, "npm run lab -- status --folder '/tmp/my lab'")
})
