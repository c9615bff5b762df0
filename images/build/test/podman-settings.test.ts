import t from 'tap'
import { podmanSettings } from '../src/podman-settings.js'

t.test("only a machine where podman's defaults cannot work gets settings", async t => {
  const fine = { hasHybridCgroups: false, mayRaiseLimits: true, openFiles: 1024, processes: 4096 }
  t.equal(podmanSettings(fine), undefined)
  t.match(podmanSettings({ ...fine, hasHybridCgroups: true }), /runtime = "runc"/)
  t.notMatch(podmanSettings({ ...fine, hasHybridCgroups: true }), /default_ulimits/)
  const poor = podmanSettings({ ...fine, mayRaiseLimits: false, openFiles: undefined })
  t.match(poor, 'default_ulimits = ["nproc=4096:4096"]')
  t.notMatch(poor, /runc/)
})
