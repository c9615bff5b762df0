import { writeFileSync } from 'node:fs'
import type { Tidy } from 'real-components'
import t from 'tap'
import { FileComparison } from '../../src/named-files/file-comparison.js'
import type { DesiredState } from '../../src/plan/desired-state.js'
import { createNamedFiles } from '../../src/running/named-files.js'
import { ServerTable } from '../../src/servers/server-table.js'
import { fakeWithLists } from './fake-with-lists.js'

const { signal } = new AbortController()

async function comparisonSetup(t: Tidy) {
  const setup = await fakeWithLists(t)
  const disk = createNamedFiles(setup.configFile, {})
  const comparison = new FileComparison(setup.runtime, disk)
  const compare = (desired: DesiredState, confirmed: DesiredState | undefined, worker = 7) =>
    comparison.compare(
      desired,
      confirmed && { desired: confirmed, servers: new ServerTable(), worker: 7 },
      worker,
      signal,
    )
  return { ...setup, compare }
}

t.test('a state without files is not compared', async t => {
  const { compare, desired, fake } = await comparisonSetup(t)
  const { files: _, ...without } = desired
  t.strictSame(await compare(without, undefined), { tookMs: 0 })
  t.strictSame(await compare({ ...without, files: [] }, undefined), { tookMs: 0 })
  t.strictSame(fake.commands, [])
})

t.test('confirmed files are compared again after a thousand times the duration', async t => {
  const { compare, desired, fake, script } = await comparisonSetup(t)
  t.match(await compare(desired, undefined), { steps: undefined, drift: undefined })
  const queries = fake.commands.length
  t.ok(queries > 0)
  writeFileSync(script.path, '-- by hand\n')
  t.strictSame(await compare(desired, desired), { tookMs: 0 })
  t.equal(fake.commands.length, queries)
})

t.test('files of another array, and of another worker, are compared at once', async t => {
  const { compare, desired, files, script } = await comparisonSetup(t)
  await compare(desired, undefined)
  writeFileSync(script.path, '-- by hand\n')
  t.match(await compare({ ...desired, files: [...files] }, desired), {
    steps: { lists: [], stale: [script], reload: undefined },
    drift: `the file ${script.path} was edited`,
  })
  t.match(await compare(desired, desired, 8), {
    steps: { lists: [], stale: [], reload: { trigger: 'file' } },
    drift: undefined,
  })
})
