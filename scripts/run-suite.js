import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { FailedTests } from './failed-tests.js'
import { repository } from './setup.js'

// Before tap's own loaders, as no setting of tap is.
const compiled = JSON.stringify(`--require=${join(repository, 'scripts', 'compiled-tests.cjs')}`)
const testOptions = `${process.env.NODE_OPTIONS ?? ''} ${compiled}`.trim()

/**
 * Runs one suite and gives what it prints to `write`. Resolves to its counts,
 * which are those that tap ends with, and its failed tests.
 */
export function runSuite({ command, args }, write) {
  return new Promise(resolve => {
    const child = spawn(command, args, {
      cwd: repository,
      env: { ...process.env, NX_TUI: 'false', NODE_OPTIONS: testOptions },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const failedTests = new FailedTests()
    const counts = { passed: 0, failed: 0, skipped: 0 }
    let found = false
    let rest = ''
    child.stdout.setEncoding('utf8').on('data', text => {
      write(text)
      const lines = (rest + text).split('\n')
      rest = lines.pop()
      for (const line of lines) {
        failedTests.read(line)
        // Only the outermost count of a tap run begins its line.
        const [, facts] = /^# \{ (total: .*) \}$/.exec(line) ?? []
        if (facts === undefined) continue
        found = true
        counts.passed += count(facts, 'pass')
        counts.failed += count(facts, 'fail')
        counts.skipped += count(facts, 'skip') + count(facts, 'todo')
      }
    })
    child.on('close', code => {
      if (!found) counts[code === 0 ? 'passed' : 'failed']++
      // A suite that broke without a failed test must not look good.
      else if (code !== 0 && counts.failed === 0) counts.failed++
      resolve({ counts, failedTests })
    })
  })
}

/**
 * Runs suites at the same time, and shows what they print one after the other:
 * that of the first while it runs, and each other when those before it ended.
 */
export async function runTogether(suites) {
  let shown = 0
  const kept = suites.map(() => '')
  const ended = suites.map(() => false)
  return Promise.all(
    suites.map(async (suite, index) => {
      const result = await runSuite(suite, text => {
        if (index === shown) process.stdout.write(text)
        else kept[index] += text
      })
      ended[index] = true
      while (shown < suites.length && ended[shown]) {
        shown++
        process.stdout.write(kept[shown] ?? '')
      }
      return result
    }),
  )
}

function count(facts, name) {
  return Number(new RegExp(`\\b${name}: (\\d+)`).exec(facts)?.[1] ?? 0)
}
