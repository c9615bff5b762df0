import t from 'tap'
import { appliedStage } from '../../src/engine/stage.js'
import { stageNamed } from '../../src/engine/stage-named.js'
import * as stages from '../../src/engine/stages.js'

t.test('each stage is found by its own name', async t => {
  for (const stage of [appliedStage, ...Object.values(stages)]) {
    t.equal(stageNamed(stage.name), stage)
  }
  t.equal(stageNamed('unknown'), appliedStage)
})
