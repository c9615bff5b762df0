import { connectionLimit, serverName } from './safe-argument.js'

/** Sets the most connections that a server has at once; 0 is no limit. */
export function setMaxconn(pool: string, name: string, maxconn: number) {
  const text = `set maxconn server ${serverName(pool, name)} ${connectionLimit(maxconn)}`
  return { text, done: /^$/ }
}
