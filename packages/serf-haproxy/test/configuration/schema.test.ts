import { readFileSync } from 'node:fs'
import t from 'tap'
import { configurationJsonSchema } from '../../src/configuration/schema.js'

t.test('the JSON Schema in the package is up to date', async t => {
  const file = new URL('../../../schema/serf-haproxy.schema.json', import.meta.url)
  t.same(
    JSON.parse(readFileSync(file, 'utf8')),
    JSON.parse(JSON.stringify(configurationJsonSchema())),
  )
})
