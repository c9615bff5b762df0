import t from 'tap'
import { parseDescription } from '../../src/description/parse-description.js'
import { generate } from '../../src/generate/generate.js'
import { isOwn, readOwnRun, waitsOf } from '../../src/import/read-run.js'
import { serviceFolders } from '../../src/tree/service-folders.js'

const db = { run: 'exec db' }

/** The service `web` with these fields, as the plain layout writes it. */
function web(fields: object) {
  const services = parseDescription({ web: { run: 'exec web', ...fields }, db })
  const folder = serviceFolders(generate(services, { layout: 's6' }), 's6').find(
    ({ name }) => name === 'web',
  )
  if (!folder) throw new Error('expected a service web, got none')
  return folder
}

t.test('every fact that a run script carries is read back', async t => {
  const facts = [
    {},
    { environment: { PORT: '80', TEXT: `it's` } },
    { user: 'www-data' },
    { limits: { openFiles: 1024 }, user: 'www-data' },
    { ready: { fd: 4 } },
    { ready: { check: 'ping -c 1 x', everyMs: 200 } },
    { ready: { check: 'ping', everyMs: 50 }, user: 'web', environment: { A: '1' } },
    { after: ['db'], ready: { fd: 3 } },
  ]
  for (const fact of facts) {
    t.same(readOwnRun(web(fact)), { environment: {}, limits: {}, after: [], ...fact })
  }
})

t.test('the services that a script waits for are those of its description', async t => {
  t.same(waitsOf(web({ after: ['db'] })), ['db'])
  t.same(waitsOf(web({})), [])
})

t.test('only generated scripts carry the banner', async t => {
  t.ok(isOwn(web({}).files.get('run')?.content))
  t.notOk(isOwn('#!/bin/sh\nexec web\n'))
  t.notOk(isOwn(undefined))
})
