import t from 'tap'
import { compileTemplate } from '../../src/template/compile-template.js'

t.test('a name that no model has is refused before anything is rendered', async t => {
  for (const name of ['nope', 'pools.nope', '@nope', '../nope', 'constructor', 'log', 'srvers']) {
    for (const source of [`{{${name}}}`, `{{#if ${name}}}{{/if}}`, `{{eq 1 (size ${name})}}`]) {
      t.throws(
        () => compileTemplate(`a\n  b ${source}`, { name: 'my.hbs' }),
        {
          code: 'unknown-name',
          message: /^my\.hbs:2:\d+: No model has .*: expected one of: .*, got .*/,
        },
        source,
      )
    }
  }
  t.throws(() => compileTemplate('x {{srvers}}'), {
    message: /expected one of: servers, got srvers$/,
  })
})

t.test('every field of a model and of the view is known', async t => {
  for (const name of [
    'stats.port',
    'addresses.[0].ip',
    'pools.[0].sticky.cookie',
    'pools.length',
  ]) {
    t.doesNotThrow(() => compileTemplate(`x {{${name}}}`), name)
  }
  t.doesNotThrow(() => compileTemplate('x {{pools.[0].servers.[0].tags.anything.below}}'))
})

t.test('the parameters of a block are known inside it only', async t => {
  const block = '{{#each pools as |one|}}x {{one.name}}\n{{/each}}'
  t.doesNotThrow(() => compileTemplate(block))
  t.throws(() => compileTemplate(`${block}x {{one.name}}`), { code: 'unknown-name', got: 'one' })
})
