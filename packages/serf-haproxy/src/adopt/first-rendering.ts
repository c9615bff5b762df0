import { compileTemplate, buildModel, lintConfiguration, type Finding } from 'haproxy-config-render'
import { unifiedDiff } from 'haproxy-reloader/files'
import { AgentError } from '../agent-error.js'
import { linesOf, withLineFeeds } from './adopted-template.js'
import type { Adoption } from './adoption.js'
import { placeOf } from './source-files.js'

/** A finding of the lint, with its place as `FILE:LINE`. */
type PlacedFinding = Omit<Finding, 'line'> & { readonly place: string }

/** The first rendering of an adopted file, without members. */
export interface FirstRendering {
  readonly text: string
  /** Difference from the file as it was; it has the servers that members replace, and nothing else. */
  readonly difference: string
  /** Findings of the lint on all files; places are those of the files as they were. */
  readonly findings: readonly PlacedFinding[]
}

/**
 * Renders the template of an adoption without members, as the agent does.
 *
 * @throws AgentError `configuration` if another line than those of the replaced servers
 * would change; RenderError if the template is invalid
 */
export function firstRendering(adoption: Adoption): FirstRendering {
  const { file, template, runtimeSocket, turnedOver } = adoption
  const pools = turnedOver.map(({ pool }) => pool)
  const { model } = buildModel([], { runtimeSocket: runtimeSocket.path, frontends: [], pools })
  const { text } = compileTemplate(template.source, { name: `${file.path}.hbs` }).render(model)
  const names = [file.path, 'first rendering'] as const
  if (text !== template.rendering) {
    const difference = unifiedDiff(template.rendering, text, names)
    const message = `${file.path}: expected a template that prints all other lines as they are, got another text; report this file, please:\n${difference}`
    throw new AgentError('configuration', message)
  }
  return {
    text,
    difference: unifiedDiff(withLineFeeds(file.text), text, names),
    findings: lint(adoption),
  }
}

/** Lints all files: the global section and the defaults may be in another one. */
function lint({ file, sources, template, turnedOver }: Adoption): PlacedFinding[] {
  const lines: string[] = []
  const origins: number[] = []
  for (const { path, text, linesBefore } of sources.files) {
    const own = path === file.path
    for (const [i, line] of linesOf(own ? template.rendering : text).entries()) {
      lines.push(line)
      origins.push(linesBefore + (own ? (template.lines[i] ?? 1) : i + 1))
    }
  }
  const managed = turnedOver.map(({ backend }) => backend)
  return (
    lintConfiguration(`${lines.join('\n')}\n`, { managed })
      // The verdict is about it already: members bring the values that the lines here lack.
      .filter(({ code }) => code !== 'lost-stickiness')
      .map(({ line, ...finding }) => ({
        ...finding,
        place: placeOf(sources, origins[line - 1] ?? 1),
      }))
  )
}

/**
 * Returns whether a text is a rendering with members: it has all lines of the
 * rendering without members, in order, and else only server lines.
 */
export function isRenderingOf(text: string, withoutMembers: string): boolean {
  const wanted = withoutMembers.split('\n')
  let at = 0
  for (const line of text.split('\n')) {
    if (line === wanted[at]) at++
    else if (!/^\s*server\s/.test(line)) return false
  }
  return at === wanted.length
}
