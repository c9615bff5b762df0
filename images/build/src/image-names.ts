/** The images, each after the one that it begins with. */
export const images = ['base', 'ha', 'webapp'] as const
export type ImageName = (typeof images)[number]

/** The tag that the Dockerfiles, the lab and `compose.yaml` use. */
export function tagOf(image: ImageName): string {
  return `serf-haproxy-${image}:latest`
}

/** Base of every image. */
export const debian = 'debian:trixie-slim'

/** The label with the hash of an image's sources. */
export const sourcesLabel = 'serf-haproxy.sources'
