/**
 * Returns the texts of a page with a contrast below `least`, as WCAG 2 computes
 * it. Runs in the browser: it must not use anything outside itself.
 */
export function lowContrast(least: number): string[] {
  type Colour = readonly [number, number, number, number]
  // oxlint-disable-next-line unicorn/consistent-function-scoping -- only this function is sent to the browser
  const parse = (text: string): Colour => {
    const [r = 0, g = 0, b = 0, a = 1] = (text.match(/[\d.]+/g) ?? []).map(Number)
    return [r, g, b, a]
  }
  const over = (top: Colour, below: Colour): Colour => {
    const mix = (i: 0 | 1 | 2) => top[i] * top[3] + below[i] * (1 - top[3])
    return [mix(0), mix(1), mix(2), 1]
  }
  const background = (element: Element | null): Colour => {
    if (!element) return [255, 255, 255, 1]
    const own = parse(getComputedStyle(element).backgroundColor)
    return own[3] === 1 ? own : over(own, background(element.parentElement))
  }
  const luminance = ([r, g, b]: Colour) => {
    const [red = 0, green = 0, blue = 0] = [r, g, b].map(value => {
      const share = value / 255
      return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const faults: string[] = []
  let looked = 0
  for (const element of document.body.querySelectorAll('*')) {
    const hasText = [...element.childNodes].some(
      node => node.nodeType === Node.TEXT_NODE && node.textContent?.trim(),
    )
    if (!hasText || !element.checkVisibility()) continue
    looked++
    const behind = background(element)
    const ink = over(parse(getComputedStyle(element).color), behind)
    const [light = 0, dark = 0] = [luminance(ink), luminance(behind)].toSorted((a, b) => b - a)
    const ratio = (light + 0.05) / (dark + 0.05)
    if (ratio < least) {
      faults.push(`${element.className} ${element.textContent?.slice(0, 40)}: ${ratio.toFixed(2)}`)
    }
  }
  return looked > 20 ? faults : [`only ${looked} texts were found`]
}
