import type { Rendered } from 'haproxy-config-render'

/** Returns the text of the configuration, followed by those of its further files. */
export function configurationText({ text, files = [] }: Rendered): string {
  return [text, ...files.flatMap(file => (file.use === 'reload' ? file.text : []))].join('')
}

/** Returns one text of everything that was rendered, which is equal for equal renderings. */
export function wholeText({ text, files = [] }: Rendered): string {
  return [text, ...files.map(file => file.text)].join('\0')
}
