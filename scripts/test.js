// npm test: sets up what is missing, then runs every test there is, style and
// structure included, and ends with one line that counts them.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { runChecks } from './checks.js'
import { unpackHaproxyReleases } from './haproxy-releases.js'
import { runTogether } from './run-suite.js'
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

const lernaOptions = [
  '--concurrency',
  '1',
  '--stream',
  '--no-prefix',
  '--no-bail',
  '--loglevel=error',
]

/** Runs the script `test` of the packages that `selection` leaves. */
const packages = selection => ({
  command: bin('lerna'),
  args: ['run', 'test', ...lernaOptions, selection],
})

/** Suites in their order; those of one step run at the same time. */
const steps = [
  { title: 'repository', suites: [{ command: bin('tap'), args: [] }] },
  { title: 'packages', suites: [packages('--ignore=serf-haproxy-lab*')] },
  // Both wait for nodes that start and stop: together they use two processors.
  {
    title: 'lab',
    suites: [packages('--scope=serf-haproxy-lab'), packages('--scope=serf-haproxy-lab-tasks')],
  },
]

const failedTests = []
const total = { passed: 0, failed: 0, skipped: 0 }
requireUnchanged('setup', changedBySetUp)
process.stderr.write('\n== checks\n')
const checked = await runChecks()
total.passed += checked.passed
total.failed += checked.failed.length
for (const { title, suites } of steps) {
  process.stderr.write(`\n== ${title}\n`)
  for (const suite of await runTogether(suites)) {
    for (const key of Object.keys(total)) total[key] += suite.counts[key]
    failedTests.push(suite.failedTests.list())
  }
}
// On CI nothing else changes files.
if (process.env.CI)
  requireUnchanged(
    'tests',
    changedFiles().filter(file => !before.includes(file)),
  )
// After everything else, where whoever looks for it has only the end.
const list = checked.failed.map(({ title }) => `check ${title}\n`).join('') + failedTests.join('')
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
