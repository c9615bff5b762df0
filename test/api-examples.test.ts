import t from 'tap'
import { ExampleFolder, shownResults } from './code-examples.js'
import { exportedApi } from './exported-api.js'
import { packages } from './packages.js'

/** Least number of exports with an example. */
const leastExamples = 30

const examples = exportedApi().entries.flatMap(({ name, tags }) =>
  tags
    .filter(({ tag }) => tag === 'example')
    .map(({ text }, i) => ({
      name: `${name.replaceAll(/[ .]/g, '-')}-${i + 1}`,
      code: /^```ts\n([^]*)\n```$/.exec(text.trim())?.[1] ?? '',
    })),
)

const folder = new ExampleFolder('.api-examples', examples)
t.teardown(() => folder.remove())

t.test('the most used exports have an example, in each package', async t => {
  t.comment(`${examples.length} examples`)
  t.ok(examples.length >= leastExamples)
  for (const { manifest } of packages)
    t.ok(
      examples.some(({ name }) => name.startsWith(`${manifest.name}-`)),
      manifest.name,
    )
})

t.test('each example imports what it uses, and shows a result', async t => {
  const bare = examples.filter(
    ({ code }) => !code.startsWith('import ') || shownResults(code).length === 0,
  )
  t.same(bare, [])
})

t.test('the examples compile with strict settings', async t => {
  t.same(folder.compile(), [])
})

t.test('the examples have the results that they show', async t => {
  t.same(await folder.run(examples), [])
})

t.test('a result that is not the one shown fails', async t => {
  const code = "import { basename } from 'node:path'\n\nbasename('/etc/hosts') // => 'passwd'"
  const wrong = new ExampleFolder('.api-examples-wrong', [{ name: 'wrong', code }])
  t.teardown(() => wrong.remove())
  t.same(wrong.compile(), [])
  t.match(await wrong.run([{ name: 'wrong', code }]), [/wrong\.js.*passwd/])
})
