// npm test: sets up what is missing, then runs every test there is, style and
// structure included, and ends with one line that counts them.
import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import { runChecks } from './checks.js'
import { FailedTests } from './failed-tests.js'
import { unpackHaproxyReleases } from './haproxy-releases.js'
import { installPrograms, repository, setUp } from './setup.js'

const before = changedFiles()
setUp()
const changedBySetUp = changedFiles().filter(file => !before.includes(file))
// What only tests need: browsers look at the pages, h2load speaks HTTP/2, and
// podman runs the lab's images, on a Debian that mmdebstrap makes.
installPrograms({
  chromium: 'chromium',
  h2load: 'nghttp2-client',
  // Its networks and their names are programs of their own, out of the PATH.
  podman: ['podman', 'netavark', 'aardvark-dns', 'iptables'],
  runc: 'runc',
  mmdebstrap: 'mmdebstrap',
  // Completions are tried in each shell; bash is there.
  zsh: 'zsh',
  fish: 'fish',
  // The agent reports to it, and it verifies the agent's unit.
  'systemd-notify': 'systemd',
  // It checks the alert rules, and reads the metrics of a real agent.
  promtool: 'prometheus',
})
unpackHaproxyReleases()

const bin = name => join(repository, 'node_modules', '.bin', name)

// Before tap's own loaders, as no setting of tap is.
const compiled = JSON.stringify(`--require=${join(repository, 'scripts', 'compiled-tests.cjs')}`)
const testOptions = `${process.env.NODE_OPTIONS ?? ''} ${compiled}`.trim()

/** The suites; each prints tap's count. */
const suites = [
  { title: 'repository', command: bin('tap'), args: [] },
  {
    title: 'packages',
    command: bin('lerna'),
    args: [
      'run',
      'test',
      '--concurrency',
      '1',
      '--stream',
      '--no-prefix',
      '--no-bail',
      '--loglevel',
      'error',
    ],
  },
]

const failedTests = new FailedTests()
const total = { passed: 0, failed: 0, skipped: 0 }
requireUnchanged('setup', changedBySetUp)
process.stderr.write('\n== checks\n')
const checked = await runChecks()
total.passed += checked.passed
total.failed += checked.failed.length
for (const suite of suites) {
  process.stderr.write(`\n== ${suite.title}\n`)
  const counts = await run(suite)
  for (const key of Object.keys(total)) total[key] += counts[key]
}
// On CI nothing else changes files.
if (process.env.CI)
  requireUnchanged(
    'tests',
    changedFiles().filter(file => !before.includes(file)),
  )
// After everything else, where whoever looks for it has only the end.
const list = checked.failed.map(({ title }) => `check ${title}\n`).join('') + failedTests.list()
if (list !== '') console.log(`\n== failed\n${list}`)
const isGood = total.failed === 0 && total.passed > 0
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exit(isGood ? 0 : 1)

/** Lists what git finds changed or new; nothing where there is no git. */
function changedFiles() {
  try {
    const options = { cwd: repository, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }
    return execFileSync('git', ['status', '--porcelain'], options).split('\n').filter(Boolean)
  } catch {
    return []
  }
}

/** Counts as one test: the commands of the README leave a clone as it was. */
function requireUnchanged(what, files) {
  total[files.length === 0 ? 'passed' : 'failed']++
  if (files.length === 0) return
  process.stderr.write(`error: the ${what} changed the clone, expected no difference, got:\n`)
  process.stderr.write(`${files.join('\n')}\n`)
}

/** Runs one suite, shows what it prints, and adds up the counts that tap ends with. */
function run({ command, args }) {
  return new Promise(resolve => {
    const child = spawn(command, args, {
      cwd: repository,
      env: { ...process.env, NX_TUI: 'false', NODE_OPTIONS: testOptions },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const counts = { passed: 0, failed: 0, skipped: 0 }
    let found = false
    let rest = ''
    child.stdout.setEncoding('utf8').on('data', text => {
      process.stdout.write(text)
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
      resolve(counts)
    })
  })
}

function count(facts, name) {
  return Number(new RegExp(`\\b${name}: (\\d+)`).exec(facts)?.[1] ?? 0)
}
