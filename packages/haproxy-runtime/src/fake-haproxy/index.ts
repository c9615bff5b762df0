export { startFakeHaproxy } from './fake-haproxy.js'
export type { FakeHaproxy, FakeHaproxyOptions } from './fake-haproxy.js'
export type { FakeServer } from './worker.js'
export type { FakeVersion } from './profile.js'
