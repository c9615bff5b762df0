export { connectMaster } from './master.js'
export { connectRuntime } from './runtime.js'
export { createSdk } from './sdk.js'
export { HaproxyError } from './haproxy-error.js'
export {
  addServer,
  deleteServer,
  enableHealth,
  setAddress,
  setMaintenance,
  setReady,
  setWeight,
  shutdownSessions,
} from './runtime-command.js'
export type { CommandResult, ProcessInfo, Runtime } from './runtime.js'
export type { ExchangeOptions } from './socket-exchange.js'
export type { HaproxyErrorCode } from './haproxy-error.js'
export type { HaproxySdk, SdkServer } from './sdk.js'
export type { Master, ReloadResult } from './master.js'
export type { ProcessTable } from './process-table.js'
export type { RunningServer } from './servers-state.js'
export type { RuntimeCommand } from './runtime-command.js'
export type { ServerStatistics } from './server-statistics.js'
