import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from 'real-components'
import t from 'tap'
import { loadDescription } from '../../src/description/load-description.js'
import { parseDescription } from '../../src/description/parse-description.js'
import { startOrder, withoutBundles } from '../../src/description/start-order.js'
import { ServiceError } from '../../src/service-error.js'

/** A service with some fields beside its command. */
const web = (fields: object = {}) => ({ web: { run: 'exec web', ...fields } })

t.test('the descriptions of this repository can be read', async t => {
  const images = new URL('../../../../../images/', import.meta.url)
  const read = ['ha', 'webapp'].map(async name => {
    const file = fileURLToPath(new URL(`${name}/services.yaml`, images))
    return startOrder(withoutBundles(await loadDescription(file)))
  })
  t.strictSame(await Promise.all(read), [
    [['agent', 'serf'], ['haproxy']],
    [['health', 'webapp'], ['serf']],
  ])
})

t.test('a fault in a file names the file', async t => {
  const folder = temporaryFolder(t)
  const file = join(folder, 'services.yaml')
  const faults: readonly (readonly [string, string, RegExp])[] = [
    ['', 'invalid-description', /expected a map `services`.*got no services/],
    ['[]', 'invalid-description', /expected a map `services`.*got no services/],
    ['service: {}', 'invalid-description', /expected a map `services`.*got no services/],
    ['services:', 'invalid-description', /the services: .*expected record.*.*got null/],
    ['services: {a: {}}', 'invalid-description', /service a, run: /],
    [
      'services: {a: {run: x, after: [b]}}',
      'unknown-dependency',
      /service a, after: expected one of: a, got b/,
    ],
    ['services: {a: {run: x}, a: {run: y}}', 'invalid-description', /unique/],
    ['services: {a: [', 'invalid-description', /line 1/],
  ]
  for (const [text, code, reason] of faults) {
    writeFileSync(file, text)
    const error = await loadDescription(file).catch((cause: unknown) => cause)
    t.match(error, { code, message: reason }, text)
    t.ok(error instanceof ServiceError && error.message.startsWith(`${file}: `))
    t.ok(error instanceof ServiceError && error.cause instanceof Error, 'with its cause')
  }
  await t.rejects(loadDescription(join(folder, 'none.yaml')), {
    code: 'invalid-description',
    message: /none\.yaml: ENOENT/,
  })
  const signal = AbortSignal.abort()
  await t.rejects(loadDescription(file, { signal }), { name: 'AbortError' })
})

t.test('a module exports its description by default', async t => {
  const folder = temporaryFolder(t)
  const good = join(folder, 'services.mjs')
  const bad = join(folder, 'none.mjs')
  writeFileSync(good, "export default { web: { run: 'exec web' } }")
  writeFileSync(bad, 'export const services = {}')
  t.strictSame(await loadDescription(good), parseDescription(web()))
  await t.rejects(loadDescription(bad), {
    code: 'invalid-description',
    message: /none\.mjs: expected a default export .*got none/,
  })
})
