import t from 'tap'
import { marker, value, type TreeFile } from '../../src/file-tree.js'
import { lintPipelines } from '../../src/lint/lint-pipelines.js'

const service = (name: string, files: Readonly<Record<string, TreeFile>>) => ({
  name,
  files: new Map(Object.entries({ type: value('longrun'), ...files })),
})
const found = (...services: ReturnType<typeof service>[]) =>
  lintPipelines(services).map(({ service, field, found }) => `${service} ${field}: ${found}`)

const producer = service('web', { 'producer-for': value('log') })
const consumer = service('log', { 'consumer-for': value('web'), 'pipeline-name': value('all') })

t.test('a producer and a consumer that name each other are a pipeline', async t => {
  t.same(found(producer, consumer), [])
})

t.test('both ends have to name each other', async t => {
  t.same(found(producer, service('log', {})), [
    'web producer-for: log, which has no consumer-for that says web',
  ])
  t.same(found(producer), ['web producer-for: log, which is not there'])
})

t.test('both ends have to be longruns', async t => {
  const oneshot = service('log', { type: value('oneshot'), 'consumer-for': value('web') })
  t.match(found(producer, oneshot), ['web producer-for: log, which is a oneshot'])
})

t.test('a producer has one consumer, and the file names it', async t => {
  t.match(found(service('web', { 'producer-for': marker })), ['web producer-for: no name'])
})

t.test('the name of a pipeline is free, and stands at its last consumer', async t => {
  const taken = service('log', { 'consumer-for': value('web'), 'pipeline-name': value('web') })
  t.same(found(producer, taken), ['log pipeline-name: web, which is a service'])
  t.same(found(service('web', { 'pipeline-name': value('all') })), [
    'web pipeline-name: a name that is ignored',
  ])
})
