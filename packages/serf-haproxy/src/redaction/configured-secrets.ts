import { rememberSecrets } from './known-secrets.js'
import { isSecretName, secretsOfTemplate } from './secret-places.js'

/** The parts of a configuration that may hold secrets. */
export interface SecretSettings {
  readonly values?: Readonly<Record<string, unknown>>
  readonly haproxy?: {
    readonly check?: { readonly env?: Readonly<Record<string, string>> | undefined } | undefined
  }
}

/**
 * Adds the secrets of a configuration to those that no output shows: `values` and
 * variables whose name is that of a secret, `values` that the template prints in
 * the place of one, and what the template itself has there.
 */
export function rememberConfiguredSecrets(
  { values = {}, haproxy }: SecretSettings,
  template = '',
): void {
  const printed = secretsOfTemplate(template)
  const names = new Set(printed.values)
  const settings = Object.entries({ ...haproxy?.check?.env, ...values })
  const configured = settings.flatMap(([name, value]) =>
    isSecretName(name) || names.has(name) ? textOf(value) : [],
  )
  rememberSecrets([...configured, ...printed.literals])
}

/** Numbers of few digits are ports and times. */
function textOf(value: unknown): string | [] {
  if (typeof value === 'string') return value
  return typeof value === 'number' && value >= 100_000 ? String(value) : []
}
