import { appliedStage, type Stage } from './stage.js'
import * as stages from './stages.js'

/** Returns the stage with this name; the whole system where there is none. */
export function stageNamed(name: string | undefined): Stage {
  return Object.values(stages).find(stage => stage.name === name) ?? appliedStage
}
