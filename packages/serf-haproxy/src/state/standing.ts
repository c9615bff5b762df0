/**
 * Standing of a member.
 *
 * | standing         | HAProxy                                               |
 * |------------------|-------------------------------------------------------|
 * | `serving`        | sends traffic there                                   |
 * | `draining`       | lets it finish: it leaves, or is suspect              |
 * | `kept-by-health` | sends traffic: Serf lost it, HAProxy finds it healthy |
 * | `held`           | keeps it: too many would go at once                   |
 * | `damped`         | lets it finish: it came and went too often            |
 * | `quarantined`    | has it not: a pool wants it, and it is not fit        |
 * | `not-selected`   | has it not: no pool wants it                          |
 * | `gone`           | has it not: it left or failed                         |
 */
export type Standing =
  | 'serving'
  | 'draining'
  | 'kept-by-health'
  | 'held'
  | 'damped'
  | 'quarantined'
  | 'not-selected'
  | 'gone'
