import t from 'tap'
import { RenderError } from '../src/render-error.js'
import { compileTemplate } from '../src/template/compile-template.js'

const place = { file: 'a.hbs', line: 3, column: 7 }

t.test('an error keeps its cause and its place', async t => {
  const cause = new Error('below')
  const error = new RenderError('unsafe-value', 'No', { place, cause, got: 'a', expected: 'b' })
  t.match(error, {
    name: 'RenderError',
    code: 'unsafe-value',
    place,
    cause,
    got: 'a',
    expected: 'b',
    message: 'a.hbs:3:7: No: expected b, got a',
  })
  t.notOk('cause' in new RenderError('invalid-model', 'No'))
  const syntax = t.throws(() => compileTemplate('{{'))
  t.ok(syntax instanceof RenderError && syntax.cause instanceof Error)
})
