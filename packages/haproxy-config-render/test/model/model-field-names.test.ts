import t from 'tap'
import { modelFieldNames } from '../../src/model/model-field-names.js'
import { smallModel } from '../cases.js'

t.test('every field of a model, at any depth, has its name in the list', async t => {
  const names = new Set<string>()
  JSON.stringify(smallModel, (name, value: unknown) => {
    if (name !== '' && !/^\d+$/.test(name)) names.add(name)
    return value
  })
  t.ok(names.size > 10)
  t.strictSame(
    [...names].filter(name => !modelFieldNames.has(name)),
    [],
  )
  for (const name of [
    'sticky',
    'cookie',
    'key',
    'stats',
    'routes',
    'host',
    'path',
    'slowStartMs',
  ]) {
    t.ok(modelFieldNames.has(name), `${name}, which may be left out`)
  }
})
