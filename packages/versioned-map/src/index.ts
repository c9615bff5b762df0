export { changedKeys } from './changed-keys.js'
export { VersionedMap } from './versioned-map.js'
