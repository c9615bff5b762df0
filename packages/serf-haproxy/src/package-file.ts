import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Found by the package's name: in the bundle this module is in another folder. */
const manifest = createRequire(import.meta.url).resolve('serf-haproxy/package.json')

/** Returns the path of a file of this package. */
export function packageFile(path: string): string {
  return join(dirname(manifest), path)
}
