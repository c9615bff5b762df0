import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from 'real-components'
import { generate, lint, loadDescription } from 's6-service-gen'
import t from 'tap'
import { containerServices } from '../src/container-services.js'
import { complaintIn } from '../src/execute.js'
import { bytesOf, factsOf } from '../src/image-report.js'
import { podmanSettings } from '../src/podman-settings.js'
import { copyPublished, notLocked, workspaceFolders, type Lock } from '../src/production-files.js'

const repository = fileURLToPath(new URL('../../../../', import.meta.url))

async function servicesOf(image: string) {
  return containerServices(
    await loadDescription(join(repository, 'images', image, 'services.yaml')),
  )
}

async function stopScriptOf(image: string): Promise<string> {
  const tree = generate(await servicesOf(image), { layout: 's6' })
  return tree.get('.s6-svscan/SIGTERM')?.content ?? ''
}

for (const image of ['ha', 'webapp']) {
  t.test(`what s6 supervises in ${image} has no mistake, and users of its own`, async t => {
    const services = await servicesOf(image)
    t.same(await lint(generate(services, { layout: 's6' })), [])
    for (const [name, service] of Object.entries(services)) {
      t.match(service, { user: /^(?:_serf|haproxy|webapp)$/, log: { run: /s6-setuidgid nobody/ } })
      t.match(service, { log: { run: `'p${name}:'` } })
    }
  })
}

t.test('the stop of a webapp is: leave, then the application', async t => {
  const stops = [...(await stopScriptOf('webapp')).matchAll(/^stop \.\/(\w+)/gm)]
  const order = stops.map(([, name = '']) => name)
  t.same(order.slice(0, 2), ['seek', 'serf'])
  t.same(order.slice(2).toSorted(), ['health', 'webapp'])
})

t.test('the stop of ha is: accept no more and finish, then leave', async t => {
  const script = await stopScriptOf('ha')
  t.match(script, /stop \.\/haproxy[^]*-D [^\n]*haproxy[^]*stop \.\/serf/, 'HAProxy is waited for')
})

t.test("only a machine where podman's defaults cannot work gets settings", async t => {
  const fine = { hasHybridCgroups: false, mayRaiseLimits: true, openFiles: 1024, processes: 4096 }
  t.equal(podmanSettings(fine), undefined)
  t.match(podmanSettings({ ...fine, hasHybridCgroups: true }), /runtime = "runc"/)
  t.notMatch(podmanSettings({ ...fine, hasHybridCgroups: true }), /default_ulimits/)
  const poor = podmanSettings({ ...fine, mayRaiseLimits: false, openFiles: undefined })
  t.match(poor, 'default_ulimits = ["nproc=4096:4096"]')
  t.notMatch(poor, /runc/)
})

t.test('a complaint is the line that says what is wrong', async t => {
  const said = [
    'time="2026-11-23T10:00:00Z" level=warning msg="Error validating something"',
    'Get:1 trixie InRelease',
    "E: Version '9.9.*' for 's6' was not found",
    'Error: building at STEP "RUN …": exit status 100',
  ].join('\n')
  t.equal(complaintIn(said), "E: Version '9.9.*' for 's6' was not found")
  t.equal(complaintIn('error: creating [/bin/sh -c a\nb]: denied'), 'error: creating denied')
  t.equal(complaintIn(''), 'it said nothing')
})

const lock: Lock = {
  packages: {
    'node_modules/agent': { resolved: 'packages/agent', link: true },
    'node_modules/leaf': { resolved: 'packages/leaf', link: true },
    'node_modules/left-pad': { version: '1.3.0', integrity: 'sha512-a' },
    'packages/agent': { version: '0.1.0', dependencies: { leaf: '0.1.0', 'left-pad': '^1.0.0' } },
    'packages/leaf': { version: '0.1.0' },
  },
}

t.test('an image has the workspaces that its programs need, and no others', async t => {
  t.same(workspaceFolders(lock, ['agent']), ['packages/agent', 'packages/leaf'])
  t.same(workspaceFolders(lock, ['leaf']), ['packages/leaf'])
})

t.test('a package that is not the locked one is found', async t => {
  for (const [version, integrity, strangers] of [
    ['1.3.0', 'sha512-a', []],
    ['1.3.1', 'sha512-b', ['left-pad@1.3.1']],
    ['1.3.0', 'sha512-evil', ['left-pad@1.3.0']],
  ] as const) {
    const installed = { packages: { 'node_modules/left-pad': { version, integrity } } }
    t.same(notLocked(lock, installed), strangers)
  }
})

t.test('a workspace that is not built is told so', async t => {
  const folder = temporaryFolder(t)
  await mkdir(join(folder, 'from/app'), { recursive: true })
  await writeFile(join(folder, 'from/app/package.json'), '{"files":["dist/src"]}')
  await t.rejects(
    copyPublished(join(folder, 'from'), join(folder, 'to'), 'app'),
    /app\/dist\/src cannot be copied .*build first: npm run build/,
  )
})

function image(Size: number, ...Layers: string[]) {
  return { Id: 'sha256:0', Size, RootFS: { Layers } }
}

t.test('what images share is counted by their layers', async t => {
  const facts = factsOf([image(200, 'a', 'b'), image(230, 'a', 'b', 'c'), image(10, 'z')])
  t.match(facts[1], { image: 'ha', bytes: 230, layers: 3, sharedLayers: 2, sharedBytes: 200 })
  t.match(facts[2], { image: 'webapp', sharedLayers: 0, sharedBytes: 0 })
  t.equal(bytesOf('369 MB'), 369_000_000)
})

/** Runs `npm run images` with nothing but these programs on the PATH. */
function runImages(path: string, ...args: string[]) {
  const bin = join(repository, 'images/build/bin/lab-images.js')
  return new Promise<{ code: number; stdout: string; stderr: string }>(resolve => {
    const env = { PATH: path }
    const child = execFile(process.execPath, [bin, ...args], { env }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    )
  })
}

t.test('without an engine, or with one that refuses, it ends with 2 and says why', async t => {
  const folder = temporaryFolder(t)
  const none = await runImages(folder)
  t.equal(none.code, 2)
  t.match(none.stderr, /no container engine answers \(docker: not found; podman: not found; build/)
  t.equal(none.stderr.trim().split('\n').length, 1)
  const refusal = 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.'
  const fake = `#!/bin/sh\necho '${refusal}' >&2\nexit 1\n`
  await writeFile(join(folder, 'docker'), fake, { mode: 0o755 })
  const refused = await runImages(folder, '--engine', 'docker', '--json')
  t.equal(refused.code, 2)
  t.match(JSON.parse(refused.stdout), { error: /docker: Cannot connect to the Docker daemon/ })
  t.equal((await runImages(folder, '--engine', 'lxd')).code, 2)
})
