import Handlebars from 'handlebars'
import t from 'tap'
import { lineStart } from '../../src/template/output-context.js'
import { registerHelpers, type Run } from '../../src/template/register-helpers.js'
import type { Site } from '../../src/template/secure-template.js'
import { smallModel } from '../cases.js'

const site = (readsOwn: boolean): Site => ({
  place: { file: 'a.hbs', line: 1, column: 1 },
  name: 'lower',
  context: { ...lineStart, keyword: 'x', argument: 1 },
  readsOwn,
})
const server = smallModel.pools[0]?.servers[0]

function runOf(run: Run, index: number): string {
  const handlebars = Handlebars.create()
  registerHelpers(handlebars, [site(true), site(false)], () => run)
  return handlebars.compile(`{{lower nope ${index}}}`)(server)
}

t.test('an error about a server’s own values is collected, if that is wanted', async t => {
  const errors = new Map()
  t.equal(runOf({ blocks: [], members: [], errors }, 0), '')
  t.match([...errors], [[{ name: 's1' }, { code: 'unsafe-value' }]])
  t.throws(() => runOf({ blocks: [], members: [], errors: undefined }, 0), { code: 'unsafe-value' })
  t.throws(() => runOf({ blocks: [], members: [], errors }, 1), { code: 'unsafe-value' })
})
