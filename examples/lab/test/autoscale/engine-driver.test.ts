import t from 'tap'
import { engineDriver } from '../../src/autoscale/engine-driver.js'
import { LabError } from '../../src/lab-error.js'
import type { NodeEngine } from '../../src/engine/node-engine.js'

const never = new AbortController().signal

const noNode = () => Promise.reject(new LabError('no such node'))

t.test('starts at the same time get different names, the first ones that are free', async t => {
  const started: string[] = []
  const engine = {
    nodes: async () => new Map([['s1', 'running']]),
    start: async (node: string) => void started.push(node),
  } as unknown as NodeEngine
  const driver = engineDriver(engine)
  await Promise.all([driver.start('nodes', never), driver.start('nodes', never)])
  t.strictSame(started, ['s2', 's3'])
})

t.test('a failure of the engine is one of the driver', async t => {
  const driver = engineDriver({ stop: noNode } as unknown as NodeEngine)
  await t.rejects(driver.stop('nodes', 's9', never), {
    name: 'ScalerError',
    code: 'driver',
    message: 'no such node',
  })
})
