import t from 'tap'
import { compileTemplate } from '../../src/template/compile-template.js'

t.test('what a template may not do is refused before it is rendered, at its place', async t => {
  const sources: readonly (readonly [string, string, RegExp])[] = [
    ['x {{{name}}}', 'raw-output', /expected two braces/],
    ['x {{&name}}', 'raw-output', /expected two braces/],
    ['{{#each pools}}x {{{name}}}{{/each}}', 'raw-output', /expected two braces/],
    ['x {{shout name}}', 'unknown-helper', /no helper shout: expected one of: if, .*logFormat$/],
    ['x {{name x=1}}', 'unknown-helper', /no helper name:/],
    ['x {{eq 1 2 x=1}}', 'invalid-template', /eq takes no name=value/],
    ['{{#list}}{{/list}}', 'unknown-helper', /no helper list:/],
    ['x {{lookup (shout name) 0}}', 'unknown-helper', /no helper shout:/],
    ['{{#if (shout name)}}{{/if}}', 'unknown-helper', /no helper shout:/],
    ['x {{log "x"}}', 'unknown-helper', /no helper log:/],
    ['x {{haproxy-print name}}', 'unknown-helper', /no helper haproxy-print: expected one of: if/],
    ['{{#haproxy-print name}}{{/haproxy-print}}', 'unknown-helper', /no helper haproxy-print:/],
    ['{{{{raw}}}} {{{{/raw}}}}', 'unknown-helper', /no helper raw:/],
    ['{{#> part}}{{/part}}', 'invalid-template', /Partial blocks/],
    ['{{* mark}}', 'invalid-template', /Decorators/],
    ['{{#*inline "a"}}{{/inline}}', 'invalid-template', /Decorators/],
    ['{{#if a}}', 'invalid-template', /syntax error: Expecting .*got 'EOF'/],
    ['{{#if a}}{{/each}}', 'invalid-template', /if doesn't match each/],
    ['{{name', 'invalid-template', /syntax error/],
    ['{{name}} x', 'invalid-template', /reads a keyword: expected a keyword that the.*, got name/],
    ['{{#if stats}}x {{/if}}{{name}}', 'invalid-template', /reads a keyword/],
    ['{{#each pools}}"{{name}} x{{/each}}', 'invalid-template', /ends inside quotes/],
    ['x {{#if stats}}"{{/if}}a', 'invalid-template', /ends inside quotes/],
    ['x {{#if stats}}#{{/if}}a', 'invalid-template', /ends inside quotes/],
    [
      'x {{servers pools.[0]}}',
      'invalid-template',
      /servers writes whole lines: expected it to stand/,
    ],
    ['x \u0001', 'invalid-template', /control character: .*got "\\u0001"/],
  ]
  for (const [source, code, message] of sources) {
    const error = t.throws(() => compileTemplate(`one\n${source}`), { code, message }, source)
    t.match(error, { name: 'RenderError', place: { file: 'template', line: 2 } })
  }
})

t.test('a helper in the wrong place is told how it is written, and is no TypeError', async t => {
  const sources: readonly (readonly [string, RegExp])[] = [
    ['{{lookup}}', /lookup has 0 parameters: expected \{\{lookup value1 value2\}\}/],
    ['{{lookup pools}}', /lookup has 1 parameter:/],
    ['{{servers}}', /servers has 0 parameters: expected \{\{servers value1\}\}/],
    ['{{servers pools 8}}', /servers has 2 parameters/],
    ['{{if}}', /if cannot stand here: expected \{\{#if value1\}\} … \{\{\/if\}\}/],
    ['{{if stats}}', /if cannot stand here/],
    ['{{each pools}}', /each cannot stand here/],
    ['{{[if]}}', /if cannot stand here/],
    ['{{#if}}{{/if}}', /if has 0 parameters/],
    ['{{#each}}{{/each}}', /each has 0 parameters/],
    ['{{#if a b}}{{/if}}', /if has 2 parameters/],
    ['{{#lookup pools 0}}{{/lookup}}', /lookup cannot stand here: expected \{\{lookup/],
    ['{{#servers pools}}{{/servers}}', /servers cannot stand here: expected \{\{servers/],
    ['{{#with (servers pools)}}{{this}}{{/with}}', /servers cannot stand here/],
    ['{{lookup (if pools) 0}}', /if cannot stand here/],
    ['{{join (condition this) ","}}', /condition cannot stand here/],
  ]
  for (const [source, message] of sources) {
    t.throws(() => compileTemplate(`x ${source}`), { code: 'invalid-template', message }, source)
  }
})
