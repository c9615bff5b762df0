import t from 'tap'
import {
  outputsSchema,
  partialFiles,
  partialsSchema,
} from '../../src/configuration/output-schema.js'

t.test('a list of partials is named after its files', async t => {
  t.same(
    [...partialFiles(['/x/backend.hbs', 'front_end.partial.hbs', 'tls.handlebars', 'plain'])],
    [
      ['backend', '/x/backend.hbs'],
      ['front_end', 'front_end.partial.hbs'],
      ['tls', 'tls.handlebars'],
      ['plain', 'plain'],
    ],
  )
  t.same([...partialFiles({ own: '/x/backend.hbs' })], [['own', '/x/backend.hbs']])
})

t.test('names that no template can call, and a name twice, are refused', async t => {
  const invalid: readonly (readonly [unknown, RegExp])[] = [
    [['a.hbs', 'b/a.hbs'], /expected a name that no other partial has, got a again/],
    [['a b.hbs'], /expected a name of the characters .* as the file’s name without \.hbs/],
    [{ 'a b': 'x.hbs' }, /expected a name of the characters/],
    [{ '../x': 'x.hbs' }, /expected a name of the characters/],
  ]
  for (const [value, message] of invalid) {
    const result = partialsSchema.safeParse(value)
    t.match(JSON.stringify(result.error), message)
  }
})

t.test('an output has a template, a file, and how HAProxy takes it', async t => {
  const output = { template: 'm.hbs', file: 'm.map', use: 'map' }
  t.same(outputsSchema.parse([output]), [output])
  t.same(outputsSchema.parse(undefined), [])
  for (const wrong of [{ use: 'file' }, { use: undefined }, { file: undefined }, { mode: '600' }])
    t.notOk(outputsSchema.safeParse([{ ...output, ...wrong }]).success, JSON.stringify(wrong))
})
