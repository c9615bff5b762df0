import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { ExampleFolder } from './code-examples.js'
import { packages, read } from './packages.js'

const skeleton = [
  'What is this?',
  'When should I use this?',
  'Install',
  'Use',
  'API',
  'Outcomes and errors',
  'Related',
]

const examples = packages.flatMap(({ folder, manifest }) =>
  codeBlocks(read(folder, 'README.md')).map(({ info, code }, i) => ({
    name: `${manifest.name}-${i + 1}`,
    code,
    isRun: info === 'ts run',
  })),
)

const folder = new ExampleFolder('.readme', examples)
t.teardown(() => folder.remove())

for (const { folder, manifest } of packages) {
  t.test(`the README of ${manifest.name} has the skeleton, and no more than fits`, async t => {
    const text = read(folder, 'README.md')
    t.same(
      [...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title),
      skeleton,
    )
    const lines = text.split('\n').length
    t.ok(lines >= 40 && lines <= 160, `${lines} lines`)
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)) {
      t.ok(existsSync(join(folder, target)), `${target} exists`)
    }
  })
}

t.test('the examples in the READMEs compile', async t => {
  t.same(folder.compile(), [])
  t.ok(examples.length >= packages.length, 'each README has one')
})

t.test('the examples that need nothing but Node run', async t => {
  const runnable = examples.filter(({ isRun }) => isRun)
  t.ok(runnable.length > 0)
  t.same(await folder.run(runnable), [])
})

function codeBlocks(text: string): { info: string; code: string }[] {
  return [...text.matchAll(/^```(ts(?: run)?)\n([^]*?)^```$/gm)].map(
    ([, info = '', code = '']) => ({ info, code }),
  )
}
