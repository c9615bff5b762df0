import t from 'tap'
import type { RunVariant } from '../../src/images/run-variants.js'
import { runVariantRows, runVariantsText } from '../../src/images/run-variants-text.js'

const variant = (layers: number, rebuildMs: readonly number[]): RunVariant => ({
  dockerfile: `FROM base\nRUN ${layers}\n`,
  layers,
  bytes: layers * 1_000_000,
  buildMs: 4000,
  rebuildMs,
})
const measured = {
  engine: 'podman 4.3.1',
  base: 'base:latest',
  variants: { many: variant(4, [1000, 900, 1200]), one: variant(2, [3000]) },
}

t.test('the table has layers, size and times of both variants, with their counts', async t => {
  t.same(runVariantRows(measured).slice(1), [
    ['layers on top of the base', '4', '2'],
    ['size on top of the base', '4.0 MB', '2.0 MB'],
    ['first build, without a cache', '4,000 ms (n = 1)', '4,000 ms (n = 1)'],
    ['rebuild after a change of one file', '1,000 ms (900–1,200 ms, n = 3)', '3,000 ms (n = 1)'],
  ])
})

t.test('the file has both Dockerfiles and the engine', async t => {
  t.match(runVariantsText(measured), /podman 4.3.1 on base:latest[^]*RUN 4[^]*RUN 2/)
})

t.test('without a measurement the file says why, and what stands for it', async t => {
  const text = runVariantsText({ reason: 'no container engine answers' })
  t.match(text, /^Not measured: no container engine answers\n.*images.txt/)
  t.same(runVariantRows({ reason: 'none' }), [])
})
