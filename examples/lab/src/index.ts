// The lab's parts that its tasks are built from.
export { evidencePlace } from './choose-engine.js'
export { containerEngine } from './containers/container-node-engine.js'
export { containerPlaceOn } from './containers/container-place.js'
export { presentEngine } from './containers/present-engine.js'
export { placeOn, pool, ports } from './engine/place.js'
export { appliedStage } from './engine/stage.js'
export {
  eventsStage,
  generatedStage,
  membershipStage,
  oneLineStage,
  staticStage,
  supervisedStage,
  thirdByHandStage,
  throughBalancerStage,
} from './engine/stages.js'
export { runLabCommand } from './lab-command.js'
export { LabError } from './lab-error.js'
export { createLab } from './lab/lab.js'
export { labStatus } from './lab/lab-status.js'
export { isServing } from './lab/serving.js'
export { tourStep } from './lab/tour.js'
export { ask, isGood, listeningSince, startTraffic } from './lab/traffic.js'
export { repository } from './repository.js'
export { shellWord } from './shell-word.js'
export { until } from './until.js'
export type { PresentEngine } from './containers/present-engine.js'
export type { Endpoints, NodeEngine, NodeFacts, Printed } from './engine/node-engine.js'
export type { Stage } from './engine/stage.js'
export type { AddCommands, CommandContext, CommonFlags } from './command-context.js'
export type { Lab } from './lab/lab.js'
export type { Answer } from './lab/traffic.js'
