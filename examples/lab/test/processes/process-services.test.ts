import { loadDescription } from 's6-service-gen'
import t from 'tap'
import { appliedStage } from '../../src/engine/stage.js'
import { processServices } from '../../src/processes/process-services.js'

t.test(
  'services run without users of their own, and wait only for services of the stage',
  async t => {
    const all = await loadDescription(appliedStage.descriptions.webapp)
    t.ok(Object.values(all).some(service => 'user' in service))
    const kept = processServices(all, ['webapp', 'serf'])
    t.same(Object.keys(kept).toSorted(), ['serf', 'webapp'])
    for (const service of Object.values(kept)) {
      t.notOk('user' in service)
      const after = 'after' in service ? (service.after ?? []) : []
      t.ok(after.every(name => name in kept))
    }
  },
)
