import t from 'tap'
import { describeError, locateProblems } from '../../src/check/configuration-error.js'
import { modelOf, rejection, template } from './rejection.js'

t.test('a report is told by template line and member', async t => {
  const { sourceMap } = template.render(modelOf(2, new Set()))
  const result = rejection([
    { message: `parsing [haproxy.cfg:3] : 'server app/s1' : no number`, line: 3 },
    { message: 'parsing [haproxy.cfg:99] : beyond', line: 99 },
    { message: `backend 'app' : server 'app/s0' is odd`, proxy: 'app', server: 's0' },
  ])
  const errors = locateProblems(result, sourceMap)
  t.match(errors, [
    { line: 3, template: 'a.hbs', templateLine: 4, pool: 'app', server: 's1' },
    { line: 99 },
    { line: 2, template: 'a.hbs', templateLine: 4, pool: 'app', server: 's0' },
  ])
  t.equal(errors.length, 3)
  t.match(describeError(errors[0] ?? { message: '' }), /^a\.hbs:4: member s1: .*no number/)
  t.match(describeError({ message: 'x' }), /^x$/)
  t.same(locateProblems(rejection([{ message: 'odd' }]), sourceMap), [{ message: 'odd' }])
})
