import t from 'tap'
import { createProgressReporter } from '../src/progress-reporter.js'

t.test('a quiet reporter prints nothing, and returns the result of the action', async t => {
  const written = t.capture(process.stderr, 'write')
  const reporter = createProgressReporter({ isQuiet: true })
  reporter.say('hello')
  t.equal(await reporter.during('work', async () => 7), 7)
  t.same(written(), [])
})

t.test('an action that fails is reported with its time, and its error passes', async t => {
  const written = t.capture(process.stderr, 'write', () => true)
  const reporter = createProgressReporter({ isQuiet: false })
  reporter.say('hello')
  await t.rejects(
    reporter.during('work', () => Promise.reject(new Error('broken'))),
    { message: 'broken' },
  )
  const text = written()
    .map(({ args }) => String(args[0]))
    .join('')
  t.match(text, /^hello\n/)
  t.match(text, /work \(\d+\.\d s\)\n$/)
})
