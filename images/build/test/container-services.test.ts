import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generate, lint, loadDescription } from 's6-service-gen'
import t from 'tap'
import { containerServices } from '../src/container-services.js'

const repository = fileURLToPath(new URL('../../../../', import.meta.url))

for (const image of ['ha', 'webapp']) {
  t.test(`what s6 supervises in ${image} has no mistake, and users of its own`, async t => {
    const services = await servicesOf(image)
    t.same(await lint(generate(services, { layout: 's6' })), [])
    const users = /^(?:_serf|haproxy|serf-haproxy|webapp)$/
    for (const [name, service] of Object.entries(services)) {
      t.match(service, { user: users, log: { run: /s6-setuidgid nobody/ } })
      t.match(service, { log: { run: `'p${name}:'` } })
    }
  })
}

t.test('the stop of a webapp is: leave, then the application', async t => {
  const stops = [...(await stopScriptOf('webapp')).matchAll(/^stop \.\/([\w-]+)/gm)]
  const order = stops.map(([, name = '']) => name)
  t.same(order.slice(0, 2), ['join-seeds', 'serf'])
  t.same(order.slice(2).toSorted(), ['health', 'webapp'])
})

t.test('the stop of ha is: accept no more and finish, then leave', async t => {
  const script = await stopScriptOf('ha')
  t.match(script, /stop \.\/haproxy[^]*-D [^\n]*haproxy[^]*stop \.\/serf/, 'HAProxy is waited for')
})

async function servicesOf(image: string) {
  return containerServices(
    await loadDescription(join(repository, 'images', image, 'services.yaml')),
  )
}

async function stopScriptOf(image: string): Promise<string> {
  const tree = generate(await servicesOf(image), { layout: 's6' })
  return tree.get('.s6-svscan/SIGTERM')?.content ?? ''
}
