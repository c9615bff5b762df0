import type { Controls } from '../controls.js'
import type { PageState } from '../page-state.js'
import type { Route, TableQuery } from '../route/route.js'

/** One view of the page, such as that of a member. */
export interface View {
  readonly root: HTMLElement
  /** Shows the state of the page. */
  update(page: PageState): void
}

/** Parts of the page that a view uses. */
export interface Services {
  readonly controls: Pick<Controls, 'action' | 'token'>
  /** Opens another view. The browser's Back returns to this one. */
  open(route: Route): void
  /** Shows the table of this view with another query, without a new step for Back. */
  filter(table: TableQuery): void
  /** Query of the table of this view. */
  query(): TableQuery
}
