import { findContainerCli, ImageError, type ContainerCli } from 'lab-images'

/** The container engine of this machine, or the reason why there is none. */
export type PresentEngine =
  { readonly cli: ContainerCli } | { readonly cli?: undefined; readonly reason: string }

/** Returns the first of docker and podman that answers. */
export async function presentEngine(): Promise<PresentEngine> {
  try {
    return { cli: await findContainerCli(['docker', 'podman']) }
  } catch (error) {
    if (error instanceof ImageError) return { reason: error.message }
    throw error
  }
}
