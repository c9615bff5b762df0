import { missingProgram } from 'real-components'
import t from 'tap'
import { properties } from './properties.js'

const skip = missingProgram('execlineb')

for (const { name, runs, check } of properties) {
  t.test(name, name.includes('execlineb') ? { skip } : {}, async t => {
    await t.resolves(check(runs))
  })
}
