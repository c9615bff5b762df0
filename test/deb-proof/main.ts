// npm run proof:deb [-- --json]: the Debian package as a new operator uses it, in a
// clean root with Debian's HAProxy and Serf.
import { benchCommand, missingProgram, temporaryFolder } from 'real-components'
import { buildDeb, newerDeb } from '../build-deb.js'
import { cannotMount, cleanRoot, type CleanRoot } from '../clean-root.js'
import { Cleanup } from './cleanup.js'
import { Machine, url } from './machine.js'
import { Proof } from './proof.js'
import { proofTable } from './proof-table.js'
import { operatorSteps } from './steps.js'
import { startTraffic } from './traffic.js'

const { json } = benchCommand(
  'npm run proof:deb --',
  'install, adopt, three nodes, upgrade and purge of the Debian package, in a clean root',
)
  .option('--json', 'print the result as JSON')
  .addHelpText('after', '\nExit codes: 0 success, 1 a step failed, 2 it cannot run here.')
  .parse()
  .opts<{ json?: true }>()

const cannot = cannotMount || missingProgram('dpkg-deb', 'haproxy', 'serf', 'unshare', 'ip')
if (cannot) {
  process.stderr.write(`error: the proof cannot run here: ${cannot}\n`)
  process.exit(2)
}

const cleanup = new Cleanup()
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void cleanup.run().then(() => process.exit(1)))

try {
  await prove()
} finally {
  await cleanup.run()
}

/** Runs all steps, and prints them with the first failure. */
async function prove(): Promise<void> {
  const out = temporaryFolder(cleanup)
  const root = await cleanRoot(cleanup, { isolated: true })
  const machine = new Machine(cleanup, root)
  const older = root.add(buildDeb({ out }))
  const newer = root.add(newerDeb(cleanup, '0.1.1'))
  const proof = new Proof(root, json ? () => {} : line => process.stderr.write(`${line}\n`))
  const packages = await versions(root)
  let failure: string | undefined
  try {
    await machine.prepare()
    await proof.watch(startTraffic(cleanup, url, root.inNetwork))
    for (const step of operatorSteps(machine, { older, newer })) await proof.step(step)
  } catch (error) {
    failure = (error as Error).message
    process.exitCode = 1
  }
  const { rows } = proof
  const result = json
    ? JSON.stringify({ ok: failure === undefined, packages, rows, failure })
    : `${packages.join(', ')}\n\n${proofTable(rows)}`
  process.stdout.write(`${result}\n`)
  if (failure !== undefined) process.stderr.write(`error: ${failure}\n`)
}

/** Returns Debian's packages that the proof runs with. */
async function versions({ run }: CleanRoot): Promise<readonly string[]> {
  const names = 'haproxy serf nodejs dpkg'
  const { stdout } = await run(`dpkg-query -W -f '\${Package} \${Version}\\n' ${names}`)
  return stdout.trim().split('\n')
}
