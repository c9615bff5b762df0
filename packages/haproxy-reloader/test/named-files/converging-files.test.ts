// Whatever changes files and lists: HAProxy and the disk have the desired ones after a call.
import { strictEqual, deepStrictEqual } from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { array, assert, asyncProperty, constantFrom, record } from 'fast-check'
import { listEntries } from 'haproxy-runtime'
import t from 'tap'
import { createReloader, type DesiredState, type Reloader } from '../../src/index.js'
import { fakeWithLists } from './fake-with-lists.js'

const steps = array(
  record({
    hosts: constantFrom('', 'a 1\n', 'a 1\na 2\n', '# c\nb x y\n', 'b x y\na 1', 'only-a-key\n'),
    denied: constantFrom('', '10.0.0.1\n', '10.0.0.2\n10.0.0.0/8\n'),
    script: constantFrom('-- one\n', '-- two\n'),
    by: constantFrom(
      'nothing',
      'the map is changed',
      'the file is edited',
      'the file is removed',
      'HAProxy is restarted',
      'HAProxy is reloaded',
    ),
  }),
  { minLength: 1, maxLength: 5 },
)

t.test('files converge after every call, whatever others did before it', async t => {
  const { runtime, reload, configFile, fake, map, acl, script, desired, files } =
    await fakeWithLists(t)
  const begin = () =>
    createReloader({
      configFile,
      runtime,
      reload,
      check: async () => ({ ok: true }),
      reloadIntervalMs: 0,
    })
  const disturb = {
    nothing: async () => {},
    'the map is changed': async () => runtime.map(map.path).add([{ key: 'by', value: 'hand' }]),
    'the file is edited': async () => writeFileSync(map.path, 'by hand\n'),
    'the file is removed': async () => rmSync(script.path, { force: true }),
    'HAProxy is restarted': async () => fake.restart(),
    'HAProxy is reloaded': async () => void (await reload({})),
  }
  const outcomes = new Set<string>()
  const applied = async (reloader: Reloader, state: DesiredState) => {
    const outcome = await reloader.apply(state)
    outcomes.add('via' in outcome ? outcome.via : outcome.kind)
    await reloader.settled()
  }
  await assert(
    asyncProperty(steps, async all => {
      let reloader = begin()
      await applied(reloader, { ...desired, files })
      for (const { hosts, denied, script: own, by } of all) {
        await disturb[by]()
        // What others changed is found when a comparison is due; a new agent compares at once.
        if (by !== 'nothing') {
          await reloader.close()
          reloader = begin()
        }
        const next = [
          { ...map, text: hosts },
          { ...acl, text: denied },
          { ...script, text: own },
        ]
        await applied(reloader, { ...desired, files: next })
        for (const { path, text } of next) strictEqual(readFileSync(path, 'utf8'), text)
        deepStrictEqual(await runtime.map(map.path).entries(), listEntries('map', hosts))
        deepStrictEqual(await runtime.acl(acl.path).entries(), listEntries('acl', denied))
      }
      await reloader.close()
    }),
    { numRuns: 40 },
  )
  t.strictSame([...outcomes].toSorted(), ['reload', 'runtime', 'unchanged'])
})
