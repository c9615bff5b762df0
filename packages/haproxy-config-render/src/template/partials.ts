// On its own: the public types name it, and must not lead to the global `hbs` of Handlebars.

/** Sources of the partials that a template may use, by name. */
export type Partials = Readonly<Record<string, string>>
