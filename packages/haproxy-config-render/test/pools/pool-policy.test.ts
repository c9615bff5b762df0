import t from 'tap'
import { modelOf, web } from './web-members.js'

t.test('a wrong policy is told where it is wrong', async t => {
  const faults: readonly (readonly [object, RegExp])[] = [
    [{ port: 0 }, /pools\.0\.port: Too small: expected number to be >=1, got 0/],
    [{ port: 'http' }, /pools\.0\.port: expected a number from 1 to 65535, or \{ tag/],
    [{ match: { v: '(' } }, /pools\.0\.match\.v: expected a regular expression, got "\("/],
    [{ networks: ['10.0.0.0'] }, /networks\.0: expected a network such as .*got "10\.0\.0\.0"/],
    [{ canary: { tag: 'c', percent: 100 } }, /canary\.percent/],
    [
      { route: { frontend: 'nope' } },
      /route\.frontend: expected the name of a frontend, got "nope"/,
    ],
    [{ roles: 'web' }, /Unrecognized key: "roles"/],
  ]
  for (const [changes, message] of faults) {
    t.throws(() => modelOf([], [{ ...web, ...changes }]), { code: 'invalid-policy', message })
  }
  t.throws(() => modelOf([], [web, web]), {
    message: /pools\.1\.name: expected a name that no other/,
  })
  t.throws(() => modelOf([], [{ ...web, sticky: { cookie: 'A', key: '12345678' }, mode: 'tcp' }]), {
    code: 'invalid-model',
  })
})
