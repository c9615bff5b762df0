// Renders haproxy.cfg from the members of a cluster. A member whose name cannot
// be printed safely is left out, and reported.
import { buildModel, defaultTemplate } from 'haproxy-config-render'

const members = [
  { name: 's1', address: '10.0.0.11', tags: { role: 'web' } },
  { name: 's2', address: '10.0.0.12', tags: { role: 'web', weight: '50' } },
  { name: 'db', address: '10.0.0.20', tags: { role: 'database' } },
  { name: 's3\n  server evil 10.6.6.6:80', address: '10.0.0.13', tags: { role: 'web' } },
]

const { model, quarantined } = buildModel(members, {
  runtimeSocket: '/run/haproxy/runtime.sock',
  frontends: [{ name: 'web', bind: { address: '0.0.0.0', port: 80 }, pool: 'app' }],
  pools: [{ name: 'app', role: 'web', port: 8080, healthCheck: '/health' }],
})

console.log(defaultTemplate.render(model).text)
for (const { member, reason } of quarantined) {
  console.log(`# left out: ${JSON.stringify(member)}: ${reason}`)
}
