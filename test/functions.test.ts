import t from 'tap'
import ts from 'typescript'
import { functionsOf, publicMutableFields } from './functions.js'

const parse = (text: string) => ts.createSourceFile('a.ts', text, ts.ScriptTarget.ES2023, true)

t.test('a function is measured with its nested functions, and without them', async t => {
  const source = parse(
    'function outer() {\n  const inner = () => {\n    return 1\n  }\n  return inner\n}\n',
  )
  t.same(functionsOf(source), [
    { name: 'a function', own: 3, whole: 3 },
    { name: 'outer', own: 3, whole: 6 },
  ])
})

t.test('a public field that is not readonly is found', async t => {
  const source = parse(`class A {
    readonly a = 1
    #b = 2
    private c = 3
    protected d = 4
    e = 5
    static f = 6
    constructor(readonly g: number, public h: number, i: number) {}
    get j() { return 7 }
  }`)
  t.same(publicMutableFields(source), ['A.e', 'A.f', 'A.h'])
})

t.test('the classes nested in functions are searched too', async t => {
  t.same(publicMutableFields(parse('const f = () => class { x = 1 }')), ['a class.x'])
})
