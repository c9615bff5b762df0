import { checkConfiguration, ConfigTextError } from 'haproxy-config-text'
import type { AdoptedUnit } from './adopt-files.js'
import { startArguments } from './start-arguments.js'

/** HAProxy's answer about the first rendering. */
export type AdoptionCheck =
  | { readonly kind: 'accepted' }
  /** HAProxy cannot be run here. */
  | { readonly kind: 'unchecked'; readonly reason: string }
  | {
      readonly kind: 'rejected'
      readonly report: string
      /** True if HAProxy rejects the file as it was, too. */
      readonly wasRejected: boolean
    }

/** Has HAProxy check the first rendering with the other files, options and variables of its unit. */
export async function checkAdoption(
  { adoption: { file, sources }, unit, root }: AdoptedUnit,
  text: string,
): Promise<AdoptionCheck> {
  const options = {
    configFile: file.path,
    args: startArguments(sources, unit, root),
    env: unit?.environment ?? {},
  }
  try {
    const result = await checkConfiguration(text, options)
    if (result.ok) return { kind: 'accepted' }
    const before = await checkConfiguration(file.text, options)
    return { kind: 'rejected', report: result.report, wasRejected: !before.ok }
  } catch (error) {
    if (!(error instanceof ConfigTextError)) throw error
    return { kind: 'unchecked', reason: error.message }
  }
}
