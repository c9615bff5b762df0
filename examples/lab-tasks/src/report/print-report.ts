import type { Page } from 'playwright-core'
import { pathToFileURL } from 'node:url'

/** Quality of the embedded pictures, 0 to 1; text on them stays readable. */
const quality = 0.4
/** Pixels of their width; the page shows no more. */
const width = 1000

/** Runs in the page: the same picture as WebP, as a data URL. */
const toWebp = `async ([png, width, quality]) => {
  const picture = new Image()
  picture.src = png
  await picture.decode()
  const canvas = document.createElement('canvas')
  const scale = Math.min(1, width / picture.naturalWidth)
  canvas.width = Math.round(picture.naturalWidth * scale)
  canvas.height = Math.round(picture.naturalHeight * scale)
  const context = canvas.getContext('2d')
  context.imageSmoothingQuality = 'high'
  context.drawImage(picture, 0, 0, canvas.width, canvas.height)
  return canvas.toDataURL('image/webp', quality)
}`

/**
 * Returns a smaller WebP of each PNG, for a page that embeds them; the files
 * of evidence stay as they are.
 */
export async function smallerPictures(
  page: Page,
  pictures: ReadonlyMap<string, Uint8Array>,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const smaller = new Map<string, Uint8Array>()
  for (const [path, bytes] of pictures) {
    const png = `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`
    const url = await page.evaluate<string>(`(${toWebp})(${JSON.stringify([png, width, quality])})`)
    const [, data = ''] = /^data:image\/webp;base64,(.*)$/.exec(url) ?? []
    const webp = Buffer.from(data, 'base64')
    if (webp.length > 0 && webp.length < bytes.length) smaller.set(path, webp)
  }
  return smaller
}

/** Prints the page of a report, with its folded evidence closed, to a PDF of A4 pages. */
export async function printReport(page: Page, html: string, pdf: string): Promise<void> {
  await page.goto(pathToFileURL(html).href)
  await page.pdf({
    path: pdf,
    format: 'A4',
    printBackground: true,
    margin: { top: '15mm', bottom: '15mm', left: '15mm', right: '15mm' },
  })
}
