import t from 'tap'
import { faultNamed, faults } from '../../src/faults/faults.js'

t.test('a fault is found by its name, and another name is refused with all of them', async t => {
  for (const fault of faults) t.equal(faultNamed(fault.name), fault)
  t.throws(() => faultNamed('gremlin'), {
    name: 'LabError',
    message: /^break: expected one of hanging-application, .*, taken-port, got gremlin$/,
  })
})
