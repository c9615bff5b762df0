import type { LintCode, LintLevel } from './lint-rule.js'

const levels: Readonly<Record<LintCode, LintLevel>> = {
  'outside-section': 'error',
  'missing-newline': 'error',
  'clashing-bind': 'error',
  'too-many-connections': 'error',
  'missing-timeout': 'warning',
  'missing-idle-close': 'warning',
  'missing-redispatch': 'warning',
  'missing-hard-stop': 'warning',
  'lost-stickiness': 'warning',
  'unchecked-server': 'warning',
  'failing-check': 'warning',
  'cuts-retries': 'warning',
  'missing-admin-socket': 'info',
  'static-balance': 'info',
}

/** Returns the level of all findings of a code. */
export function levelOf(code: LintCode): LintLevel {
  return levels[code]
}
