/** The images, each after the one that it begins with. */
export const images = ['base', 'ha', 'webapp'] as const
export type ImageName = (typeof images)[number]

/** The tag that the Dockerfiles, the lab and `compose.yaml` use. */
export function tagOf(image: ImageName): string {
  return `serf-haproxy-${image}:latest`
}

/** What every image begins with. */
export const debian = 'debian:trixie-slim'

/** The label with the hash of all that an image is made of. */
export const sourcesLabel = 'serf-haproxy.sources'
