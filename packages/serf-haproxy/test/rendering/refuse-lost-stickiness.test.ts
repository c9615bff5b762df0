import t from 'tap'
import { openRenderer } from '../../src/rendering/renderer.js'
import { smallestConfiguration } from './smallest-configuration.js'

const pool = { name: 'web', port: 80 }
const managed = '  {{servers this}}\n'
/** Opens a renderer whose template has these lines in its backend. */
const open = (t: Tap, lines: string, more: object = {}) => {
  const source = `defaults\n  mode http\n{{#each pools}}\nbackend {{name}}\n${lines}{{/each}}\n`
  const folder = t.testdir({ 'my.hbs': source })
  return openRenderer(
    smallestConfiguration({ template: `${folder}/my.hbs`, pools: [{ ...pool, ...more }] }),
  )
}
type Tap = Pick<typeof t, 'testdir'>

t.test('a cookie that names no server of a pool is refused with its line', async t => {
  await t.rejects(open(t, `  cookie SRV insert indirect\n${managed}`), {
    code: 'configuration',
    message:
      /^template: my\.hbs:5: servers of web have no cookie value.*got "cookie SRV insert indirect"; write .*server: \{ cookie: name \}/,
  })
  const own = '  server own 10.0.0.9:80 cookie own\n'
  await t.rejects(open(t, `  cookie SRV insert indirect\n${own}${managed}`), {
    code: 'configuration',
  })
})

t.test('a cookie that names servers is taken', async t => {
  const cookie = '  cookie SRV insert indirect nocache'
  const opens = (...of: Parameters<typeof open>) => t.resolves(open(...of))
  await opens(t, `${cookie}\n${managed}`, { server: { cookie: 'name' } })
  const sorry = '  server sorry 10.0.0.9:80 backup\n'
  await opens(t, `${cookie}\n${sorry}${managed}`, { server: { cookie: 'name' } })
  await opens(t, `${cookie} dynamic\n  dynamic-cookie-key k\n${managed}`)
  await opens(
    t,
    `${cookie}\n{{#each servers}}\n  server {{name}} {{address}}:{{port}} cookie {{name}}\n{{/each}}\n`,
  )
  await opens(t, `${cookie}\n  mode tcp\n${managed}`)
})
