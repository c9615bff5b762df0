import t from 'tap'
import { parse } from 'yaml'
import { describe } from '../../src/description/describe.js'
import { parseDescription } from '../../src/description/parse-description.js'

const description = {
  web: { run: 'exec web\nsecond line', after: ['db'], stopTimeoutMs: 10_000 },
  db: { run: 'exec db', ready: { check: 'ping', everyMs: 200 } },
  once: { up: 'mkdir x', upTimeoutMs: 5 },
  all: { contents: ['web', 'once'] },
}

t.test('a description is printed without the fields that have their default', async t => {
  t.same(parse(describe(parseDescription(description))), {
    services: {
      web: { run: 'exec web\nsecond line', after: ['db'] },
      db: { run: 'exec db', ready: { check: 'ping', everyMs: 200 } },
      once: { up: 'mkdir x', upTimeoutMs: 5 },
      all: { contents: ['once', 'web'] },
    },
  })
})

t.test('what is printed means the same', async t => {
  const services = parseDescription(description)
  const { services: printed } = parse(describe(services)) as { services: unknown }
  t.same(parseDescription(printed), services)
})
