import t from 'tap'
import { complaintIn, tryToExecute } from '../src/execute.js'

t.test('a complaint is the line that says what is wrong', async t => {
  const said = [
    'time="2026-11-23T10:00:00Z" level=warning msg="Error validating something"',
    'Get:1 trixie InRelease',
    "E: Version '9.9.*' for 's6' was not found",
    'Error: building at STEP "RUN …": exit status 100',
  ].join('\n')
  t.equal(complaintIn(said), "E: Version '9.9.*' for 's6' was not found")
  t.equal(complaintIn('error: creating [/bin/sh -c a\nb]: denied'), 'error: creating denied')
  t.equal(complaintIn(''), 'it said nothing')
})

const timers = () => process.getActiveResourcesInfo().filter(kind => kind === 'Timeout').length

t.test('a program that is not there is told at once, and nothing keeps the process', async t => {
  const before = timers()
  t.match(await tryToExecute(['no-such-program'], { timeoutMs: 60_000 }), {
    code: undefined,
    stderr: /ENOENT/,
  })
  t.equal(timers(), before)
})

t.test('a program that takes too long is ended', async t => {
  t.match(await tryToExecute(['sleep', '60'], { timeoutMs: 50 }), { code: undefined })
})
