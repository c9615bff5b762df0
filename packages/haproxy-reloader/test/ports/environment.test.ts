import t from 'tap'
import { HaproxyEnvironment } from '../../src/ports/environment.js'

const of = (values: Record<string, string>, isWhole = true) =>
  new HaproxyEnvironment({ values, isWhole })

t.test('variables are expanded in each of their notations', async t => {
  const environment = of({ PORT: '80', HOST: '192.0.2.1', EMPTY: '' })
  t.equal(environment.expand('${HOST}:${PORT}'), '192.0.2.1:80')
  t.equal(environment.expand('$HOST:$PORT'), '192.0.2.1:80')
  t.equal(environment.expand(':${NONE-81}'), ':81')
  t.equal(environment.expand(':${EMPTY-81}'), ':81')
  t.equal(environment.expand(':${NONE}'), ':', 'one that is not set is empty')
  t.equal(environment.expand('plain'), 'plain')
  t.equal(environment.expand('${HOST[*]}'), undefined, 'it may be several words')
})

t.test('a variable that may be set elsewhere is not known', async t => {
  const environment = of({ PORT: '80' }, false)
  t.equal(environment.expand(':${PORT}'), ':80')
  t.equal(environment.expand(':${OTHER}'), undefined)
  t.equal(environment.expand(':${OTHER-81}'), undefined)
})

t.test('global changes variables for the lines below', async t => {
  const environment = of({ PORT: '80', GONE: '1' })
  environment.read(['setenv', 'PORT', '81'])
  environment.read(['presetenv', 'PORT', '82'])
  environment.read(['presetenv', 'NEW', '${PORT}'])
  environment.read(['unsetenv', 'GONE'])
  environment.read(['maxconn', '10'])
  t.equal(environment.expand('${PORT} ${NEW} ${GONE}'), '81 81 ')
  environment.read(['resetenv'])
  t.equal(environment.expand('${PORT}'), undefined)
  environment.read(['presetenv', 'LATER', '1'])
  t.equal(environment.expand('${LATER}'), undefined, 'it may be set already')
})
