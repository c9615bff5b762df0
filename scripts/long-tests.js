// npm run kill, npm run proofs: the long tests of the agent, in the folder of its
// package. They have no options.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { repository } from './setup.js'

const real = name => `dist/test/real/${name}.test.js`

/** Arguments of tap, and variables, by name of the script. */
const runs = {
  kill: { args: ['--timeout=300', '--test-arg=--whole', real('killed-agent')], env: {} },
  proofs: {
    args: [
      '--timeout=3600',
      ...['partition', 'lost-gossip', 'flapping', 'random-changes', 'flood'].map(real),
    ],
    env: { SOAK: '1' },
  },
}

const [name, ...options] = process.argv.slice(2)
const run = Object.hasOwn(runs, name ?? '') ? runs[name] : undefined
if (run === undefined || options.length > 0) {
  const got = run === undefined ? (name ?? 'nothing') : options.join(' ')
  const expected = run === undefined ? 'kill or proofs' : `no arguments after ${name}`
  process.stderr.write(`error: expected ${expected}, got ${got}\n`)
  process.exitCode = 2
} else {
  const tap = join(repository, 'node_modules/.bin/tap')
  const env = { ...process.env, ...run.env }
  const { status } = spawnSync(tap, run.args, { stdio: 'inherit', env })
  process.exitCode = status ?? 1
}
