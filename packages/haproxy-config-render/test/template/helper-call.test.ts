import Handlebars from 'handlebars'
import t from 'tap'
import { helperOf, type Call } from '../../src/template/helper-call.js'

const call = (source: string) => Handlebars.parse(source).body[0] as Call

t.test('a call is known by its helper, and a name alone is none', async t => {
  t.equal(helperOf(call('{{name}}'), ['value']), undefined)
  t.equal(helperOf(call('{{lower name}}'), ['value'])?.kind, 'value')
})

t.test('a wrong call is refused with the syntax', async t => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['{{nope name}}', /There is no helper nope: expected one of: if, /],
    ['{{lower}}', /lower has 0 parameters: expected \{\{lower value1\}\}/],
    ['{{lower name a=1}}', /lower takes no name=value/],
    ['{{#lower name}}{{/lower}}', /lower cannot stand here/],
  ]
  for (const [source, message] of wrong) {
    const allowed = source.startsWith('{{#') ? (['block'] as const) : (['value'] as const)
    t.throws(() => helperOf(call(source), allowed), { message }, source)
  }
})
