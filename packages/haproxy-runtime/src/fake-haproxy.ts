export { startFakeHaproxy } from './fake-haproxy/fake-haproxy.js'
export type { FakeHaproxy, FakeHaproxyOptions } from './fake-haproxy/fake-haproxy.js'
export type { FakeServer } from './fake-haproxy/worker.js'
export type { FakeVersion } from './fake-haproxy/profile.js'
