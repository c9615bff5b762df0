import { below, type Files } from '../file-tree.js'
import type { Services } from '../description/service-description.js'
import { list, sourceFiles, started } from './source-layout.js'

/** The places where s6-overlay looks for the bundle that is started at boot. */
export const userBundles = {
  /** Before 3.2.3.2; later releases still read it, with a warning. */
  's6-rc.d': 's6-rc.d/user',
  /** Since 3.2.3.2. */
  'user-bundles.d': 'user-bundles.d/user',
} as const

/** One of the places of {@link userBundles}, or both. */
export type UserBundle = keyof typeof userBundles | 'both'

/** Returns the files below `/etc/s6-overlay` for s6-overlay v3. */
export function overlayLayout(services: Services, userBundle: UserBundle): Files {
  const names = userBundle === 'both' ? Object.keys(userBundles) : [userBundle]
  const places = Object.entries(userBundles).filter(([name]) => names.includes(name))
  const definitions = sourceFiles(services, {
    // Without it a service does not see the container's environment.
    interpreter: '#!/command/with-contenv sh',
    prefix: ['/command/with-contenv'],
    base: ['base'],
  })
  return [
    ...below('s6-rc.d', definitions),
    ...places.flatMap(([, folder]) => below(folder, list('contents', started(services)))),
  ]
}
