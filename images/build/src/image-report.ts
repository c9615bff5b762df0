import type { ContainerCli } from './container-cli.js'
import { images, tagOf, type ImageName } from './image-names.js'

/** Size and layers of one image. */
export interface ImageFacts {
  readonly image: ImageName
  readonly tag: string
  readonly id: string
  readonly bytes: number
  readonly layers: number
  /** Number and size of the layers that are the base's; they are stored once. */
  readonly sharedLayers: number
  readonly sharedBytes: number
}

interface Inspected {
  readonly Id: string
  readonly Size: number
  readonly RootFS: { readonly Layers: readonly string[] }
}

/** Returns the size of every image, and the part that it shares with the base. */
export async function imageReport(engine: ContainerCli): Promise<ImageFacts[]> {
  const inspected = await inspectAll(engine)
  return factsOf(inspected)
}

/** Returns the facts of images from the output of `inspect`, the base first. */
export function factsOf(inspected: readonly Inspected[]): ImageFacts[] {
  const [base] = inspected
  return images.flatMap((image, i) => {
    const found = inspected[i]
    if (!found || !base) return []
    const own = new Set(base.RootFS.Layers)
    const sharedLayers = found.RootFS.Layers.filter(layer => own.has(layer)).length
    return [
      {
        image,
        tag: tagOf(image),
        id: found.Id.replace(/^sha256:/, '').slice(0, 12),
        bytes: found.Size,
        layers: found.RootFS.Layers.length,
        sharedLayers,
        sharedBytes: sharedLayers === base.RootFS.Layers.length ? base.Size : 0,
      },
    ]
  })
}

async function inspectAll(engine: ContainerCli): Promise<Inspected[]> {
  const tags = images.map(tagOf)
  if (engine.name !== 'buildah') {
    return JSON.parse(await engine.run(['image', 'inspect', ...tags])) as Inspected[]
  }
  const all: Inspected[] = []
  for (const tag of tags) {
    const { FromImageID, OCIv1 } = JSON.parse(
      await engine.run(['inspect', '--type', 'image', tag]),
    ) as { FromImageID: string; OCIv1: { rootfs: { diff_ids: string[] } } }
    const size = await engine.run(['images', '--format', '{{.Size}}', tag])
    all.push({
      Id: FromImageID,
      Size: bytesOf(size.trim()),
      RootFS: { Layers: OCIv1.rootfs.diff_ids },
    })
  }
  return all
}

const units: Readonly<Record<string, number>> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9 }

/** Parses a size as buildah prints it, as in `369 MB`. */
export function bytesOf(size: string): number {
  const [, number = '0', unit = 'B'] = /^([\d.]+) ?(\w+)$/.exec(size) ?? []
  return Math.round(Number(number) * (units[unit.toUpperCase()] ?? 1))
}
