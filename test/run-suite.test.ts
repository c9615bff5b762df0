import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { repository } from './packages.js'

/** Runs suites together, each a script of Node; returns what is shown, and the results. */
function together(...scripts: string[]): { shown: string; results: unknown } {
  const script = `import { runTogether } from './run-suite.js'
    const suites = ${JSON.stringify(scripts)}.map(text => ({ command: process.execPath, args: ['--eval', text] }))
    const results = await runTogether(suites)
    const facts = results.map(({ counts, failedTests }) => ({ counts, failed: failedTests.list() }))
    process.stdout.write('results:' + JSON.stringify(facts))`
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: join(repository, 'scripts'),
    encoding: 'utf8',
  })
  const [shown = '', results = ''] = output.split('results:')
  return { shown, results: JSON.parse(results) }
}

/** A suite with one failed assertion. */
const failing = (name: string) => `console.log('# Subtest: ${name}\\n    not ok 1 - works')
  console.log('not ok 1 - ${name}\\n# { total: 1, fail: 1 }')
  process.exitCode = 1`

t.test('suites that run together are shown one after the other', async t => {
  // The first is asked to end by the second, which has printed everything by then.
  const path = join(temporaryFolder(t), 'ended')
  const first = `const server = require('node:net').createServer(socket => {
      console.log('# { total: 2, pass: 1, fail: 1 }')
      process.exitCode = 1
      socket.end()
      server.close()
    }).listen(${JSON.stringify(path)})
    console.log('# Subtest: first')`
  const second = `const { existsSync } = require('node:fs')
    console.log('# Subtest: second\\n# { total: 3, pass: 2, skip: 1 }')
    const waiting = setInterval(() => {
      if (!existsSync(${JSON.stringify(path)})) return
      clearInterval(waiting)
      require('node:net').connect(${JSON.stringify(path)}).resume()
    }, 10)`
  const { shown, results } = together(first, second)
  t.equal(
    shown,
    '# Subtest: first\n# { total: 2, pass: 1, fail: 1 }\n' +
      '# Subtest: second\n# { total: 3, pass: 2, skip: 1 }\n',
  )
  t.match(results, [
    { counts: { passed: 1, failed: 1, skipped: 0 } },
    { counts: { passed: 2, failed: 0, skipped: 1 } },
  ])
})

t.test('each suite has its own list of failed tests', async t => {
  t.match(together(failing('a'), failing('b')).results, [
    { failed: 'not ok a > works\n' },
    { failed: 'not ok b > works\n' },
  ])
})

t.test('a suite that breaks counts as failed, also if it printed no failed test', async t => {
  const { results } = together(
    `process.exit(3)`,
    `console.log('# { total: 4, pass: 4 }'); process.exitCode = 1`,
  )
  t.match(results, [
    { counts: { passed: 0, failed: 1, skipped: 0 } },
    { counts: { passed: 4, failed: 1, skipped: 0 } },
  ])
})
