import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { loadDescription } from '../../src/description/load-description.js'
import { generate } from '../../src/generate/generate.js'
import { lint } from '../../src/lint/lint.js'
import { cases, treeOf } from '../expected-trees.js'

const s6 = { layout: 's6' } as const

const layouts = ['s6', 's6-rc', 's6-overlay'] as const

const images = fileURLToPath(new URL('../../../../../images/', import.meta.url))

t.test('each case gives its expected tree in every layout, and it has no mistake', async t => {
  const names = readdirSync(cases)
  t.ok(names.length >= 4)
  for (const name of names) {
    const services = await loadDescription(join(cases, name, 'services.yaml'))
    for (const layout of layouts) {
      const tree = generate(services, { layout })
      t.strictSame([...tree], [...(await treeOf(join(cases, name, layout)))], `${name}, ${layout}`)
      t.strictSame(await lint(tree), [])
    }
  }
})

t.test('the trees of the images have no mistake in any layout', async t => {
  for (const image of ['ha', 'webapp']) {
    const services = await loadDescription(join(images, image, 'services.yaml'))
    for (const layout of layouts) t.strictSame(await lint(generate(services, { layout })), [])
  }
})

t.test('the same description gives the same tree, whatever its order', async t => {
  const a = { run: 'exec a', environment: { X: '1' } }
  const b = { run: 'exec b', ready: { fd: 3 } }
  const c = { run: 'exec c', after: ['a', 'b'], log: '/c' }
  t.strictSame([...generate({ c, b, a }, s6)], [...generate({ a, b, c }, s6)])
})

t.test('a description is checked before a tree is made of it', async t => {
  t.throws(() => generate({ a: { run: '' } }, s6), { code: 'invalid-description' })
  t.throws(() => generate({ a: { run: 'x', after: ['a'] } }, s6), { code: 'dependency-cycle' })
})
