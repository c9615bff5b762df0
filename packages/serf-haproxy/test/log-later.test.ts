import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { until } from 'real-components'
import t from 'tap'
import { logLater } from '../src/log-later.js'

t.test('entries are written in order, after the present work', async t => {
  const written: number[] = []
  const log = logLater<number>(entry => written.push(entry))
  log(1)
  log(2)
  t.same(written, [])
  await until('both entries', () => written.length === 2)
  log(3)
  await until('the next entry', () => written.length === 3)
  t.same(written, [1, 2, 3])
})

t.test('entries that wait are written when the process ends', async t => {
  const module = fileURLToPath(new URL('../src/log-later.js', import.meta.url))
  const script = `
    const { logLater } = await import(${JSON.stringify(module)})
    const log = logLater(entry => process.stdout.write(entry))
    log('one ')
    log('two')
    process.exit()`
  const args = ['--input-type=module', '--eval', script]
  t.equal(execFileSync(process.execPath, args, { encoding: 'utf8' }), 'one two')
})
