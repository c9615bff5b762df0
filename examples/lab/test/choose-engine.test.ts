import type { ContainerCli } from 'lab-images'
import { join } from 'node:path'
import t from 'tap'
import { chooseEngine, evidencePlace, optionsFor, startOptionsFor } from '../src/choose-engine.js'
import { claimFolder } from '../src/engine/lab-folder.js'
import { placeOn } from '../src/engine/place.js'

t.test('the folder of a lab decides its engine and network', async t => {
  const folder = join(t.testdir(), 'lab')
  await claimFolder(folder, { runner: 'process', subnet: '127.0.64' })
  const address = { host: '127.0.64.11', port: 3000 }
  for (const engine of ['auto', 'process'] as const) {
    for (const subnet of [undefined, '127.0.64']) {
      t.same(chooseEngine({ engine, subnet, folder }).applicationOf('s1'), address)
    }
  }
  const containers = join(t.testdir(), 'containers')
  await claimFolder(containers, { runner: 'podman', subnet: '192.168.43' })
  for (const engine of ['auto', 'container', 'podman'] as const) {
    t.equal(chooseEngine({ engine, folder: containers }).kind, 'containers', engine)
  }
})

t.test('a command uses the stage of the lab in the folder', async t => {
  for (const [stage, kept] of [
    ['generated', 'generated'],
    ['unknown', 'applied'],
    [undefined, 'applied'],
  ] as const) {
    const folder = join(t.testdir(), `lab-${stage}`)
    await claimFolder(folder, { runner: 'process', subnet: '127.0.64', ...(stage && { stage }) })
    t.equal(chooseEngine({ engine: 'auto', folder }).stage.name, kept)
  }
})

t.test('an option that contradicts the folder is refused with the remedy', async t => {
  const folder = join(t.testdir(), 'lab')
  await claimFolder(folder, { runner: 'process', subnet: '127.0.64' })
  for (const subnet of ['127.0.65', '192.168.42', 'nonsense']) {
    t.throws(() => chooseEngine({ engine: 'auto', subnet, folder }), {
      name: 'LabError',
      message: `--subnet: expected 127.0.64, as the lab in ${folder} has it, got ${subnet}; leave the option out`,
    })
  }
  for (const engine of ['container', 'docker', 'podman'] as const) {
    t.throws(() => chooseEngine({ engine, folder }), {
      message: `--engine: expected process, as the lab in ${folder} has it, got ${engine}`,
    })
  }
})

t.test('without a lab the options decide', async t => {
  const folder = join(t.testdir(), 'none')
  t.equal(chooseEngine({ engine: 'auto', subnet: '127.0.66', folder }).kind, 'processes')
  t.equal(chooseEngine({ engine: 'auto', subnet: '192.168.66', folder }).kind, 'containers')
  t.throws(() => chooseEngine({ engine: 'process', subnet: '192.168.66', folder }), {
    message: /--subnet: expected a loopback network/,
  })
})

t.test('the hint leads back to the lab', async t => {
  t.equal(optionsFor({ engine: 'auto' }), '')
  t.equal(optionsFor({ engine: 'podman' }), ' --engine podman')
  t.equal(optionsFor({ engine: 'auto', subnet: '127.0.64' }), ' --subnet 127.0.64')
  t.equal(optionsFor({ engine: 'auto', subnet: '127.0.64', folder: '/tmp/b' }), ' --folder /tmp/b')
  t.equal(optionsFor({ engine: 'auto', folder: "/my lab's" }), String.raw` --folder '/my lab'\''s'`)
})

t.test('the hint for a place without a lab names every option that was given', async t => {
  t.equal(startOptionsFor({ engine: 'auto' }), '')
  t.equal(
    startOptionsFor({ engine: 'podman', subnet: '192.168.43', folder: '/tmp/my lab' }),
    " --engine podman --subnet 192.168.43 --folder '/tmp/my lab'",
  )
})

const noEngine = async () => ({ reason: 'no container engine answers' })

t.test('evidence comes from containers where an engine answers', async t => {
  const { TMPDIR } = process.env
  t.teardown(() => {
    if (TMPDIR === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = TMPDIR
  })
  // Here no lab runs at the default places.
  process.env['TMPDIR'] = t.testdir()
  const cli = { name: 'podman', version: '4.3.1', env: {} } as ContainerCli
  const found = async () => ({ cli })
  t.same(await evidencePlace({ engine: 'auto' }, found), { engine: 'podman' })
  t.same(await evidencePlace({ engine: 'auto' }, noEngine), { engine: 'auto' })
  for (const chosen of [
    { engine: 'process' },
    { engine: 'auto', subnet: '127.0.64' },
    { engine: 'auto', folder: '/tmp/lab' },
  ] as const) {
    t.same(await evidencePlace(chosen, found), chosen, 'an option takes precedence')
  }
  const { folder } = placeOn('127.0.42')
  await claimFolder(folder, { runner: 'process', subnet: '127.0.42' })
  t.same(await evidencePlace({ engine: 'auto' }, found), { engine: 'auto' }, 'so does a lab')
})
