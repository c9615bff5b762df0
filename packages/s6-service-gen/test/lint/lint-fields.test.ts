import t from 'tap'
import { generate } from '../../src/generate/generate.js'
import { lint } from '../../src/lint/lint.js'
import { sound } from '../sound-trees.js'

t.test('what cannot be executed is told where s6 executes it itself', async t => {
  for (const [path, field] of [
    ['web/run', 'run'],
    ['web/finish', 'finish'],
    ['web/data/run', 'data/run'],
    ['.s6-svscan/SIGTERM', 'SIGTERM'],
  ] as const) {
    const tree = new Map(generate(sound, { layout: 's6' }))
    tree.set(path, { content: tree.get(path)?.content ?? '', mode: 0o644 })
    t.match(await lint(tree), [{ rule: 'not-executable', field, found: 'permissions 644' }])
  }
  const source = new Map(generate(sound, { layout: 's6-rc' }))
  source.set('web/run', { content: source.get('web/run')?.content ?? '', mode: 0o644 })
  t.strictSame(await lint(source), [], 's6-rc-compile makes run executable')
})
