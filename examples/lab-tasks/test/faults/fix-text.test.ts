import t from 'tap'
import { faultNamed } from '../../src/faults/faults.js'
import { fixText } from '../../src/faults/fix-text.js'

t.test('the explanation has the symptom, the commands, the cause and the remedy', async t => {
  const fault = faultNamed('wrong-role')
  const text = fixText(fault, ' --folder /tmp/lab')
  for (const part of [fault.symptom, ...fault.look, fault.cause, fault.remedy]) t.match(text, part)
  t.match(text, 'npm run lab -- fix --apply --folder /tmp/lab')
})
