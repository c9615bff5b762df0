import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { repository } from './packages.js'

/** Returns the list of the failed tests in lines of TAP. */
function listed(tap: string): string {
  const script = `import { FailedTests } from './failed-tests.js'
    const failed = new FailedTests()
    for (const line of ${JSON.stringify(tap)}.split('\\n')) failed.read(line)
    process.stdout.write(failed.list())`
  const args = ['--input-type=module', '--eval', script]
  return execFileSync(process.execPath, args, {
    cwd: join(repository, 'scripts'),
    encoding: 'utf8',
  })
}

t.test('a failed assertion is listed once, with its tests and its diagnosis', async t => {
  const tap = `# Subtest: dist/test/a.test.js
    # Subtest: servers join
        ok 1 - 200
        not ok 2 - should be equal
          ---
          diff: |
            -1
            +2
          ...
        
        1..2
    not ok 1 - servers join # time=3.2ms
      ---
      at: here
      ...
    
    # Subtest: servers leave
        ok 1 - 200
    ok 2 - servers leave # time=1ms
not ok 1 - dist/test/a.test.js # time=9.1ms
  ---
  exitCode: 1
  ...`
  t.equal(
    listed(tap),
    `not ok dist/test/a.test.js > servers join > should be equal
    diff: |
      -1
      +2
`,
  )
})

t.test('a file that breaks outside its assertions is listed itself', async t => {
  const tap = `# Subtest: dist/test/good.test.js
    ok 1 - 200
    1..1
ok 1 - dist/test/good.test.js # time=5ms
# Subtest: dist/test/a.test.js
    ok 1 - 200
    1..1
not ok 2 - dist/test/a.test.js # time=300001ms
  ---
  expired: timeout!
  ...
# Subtest: dist/test/b.test.js
    not ok 1 - without a diagnosis
    ok 2 - next
    1..2
not ok 3 - dist/test/b.test.js # time=2ms`
  t.equal(
    listed(tap),
    `not ok dist/test/a.test.js
    expired: timeout!
not ok dist/test/b.test.js > without a diagnosis
`,
  )
})

t.test('skipped and todo tests are no failures', async t => {
  t.equal(listed('not ok 1 - later # TODO\nnot ok 2 - elsewhere # SKIP no engine'), '')
})

t.test('a long diagnosis is cut, and says by how much', async t => {
  const lines = Array.from({ length: 60 }, (_, number) => `  line ${number}`)
  const list = listed(['not ok 1 - long', '  ---', ...lines, '  ...'].join('\n'))
  t.match(list, /line 38\n {4}… 21 more lines\n$/)
})
