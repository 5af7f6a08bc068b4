// Names of types that a document should not have: near the names of plugins and operators, paths, URLs, modules of
// Node, keys of prototypes, look-alike letters.

/** A generator of whole numbers below `n`, always the same. */
const random = (state) => (n) => {
  state.value = (Math.imul(state.value ^ (state.value >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0
  return state.value % n
}

const LOOKALIKES = { a: 'а', c: 'с', e: 'е', i: 'і', o: 'о', p: 'р', s: 'ѕ', x: 'х', f: 'ｆ', m: 'ｍ', t: 'ｔ' }
const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789-_./'

const FIXED = [
  ...['node:fs', 'node:child_process', 'fs', 'fs/promises', 'module', 'node:module', 'worker_threads', 'node:vm'],
  ...['../../../etc/passwd', './model.json', '/etc/passwd', 'C:\\Windows\\win.ini', '~/.npmrc', '\\\\host\\share'],
  ...['file:///etc/passwd', 'http://127.0.0.1:1/x.js', 'https://example.com/plugin.mjs', 'data:text/javascript,1'],
  ...['__proto__', '__proto__/x', 'constructor', 'constructor/prototype', 'toString', 'hasOwnProperty', 'prototype/x'],
  ...['recspec-plugin-evil', 'recspec-plugin-evil/x', '@scope/recspec-plugin-x', '@scope/recspec-plugin-x/op', '@/x'],
  ...[
    '',
    ' ',
    '/',
    '//',
    'imf/',
    '/als',
    'imf//als',
    'imf/als/',
    'imf/../ncf/gmf',
    'imf\\als',
    'imf/als\0',
    'imf /als',
  ],
  ...['$' + '{process.exit()}', '{{constructor}}', '%2e%2e%2f', 'imf%2fals', 'x'.repeat(5000), '/'.repeat(500)],
  ...['import("node:fs")', 'require("fs")', '\u202eslaimf', 'imf/a\u200bls', '💥/💥', 'ＩＭＦ/ALS', 'IMF/ALS'],
]

/** `count` names, the same for the same `known` names: an edit or two away from one, or in other letters, or fixed. */
export const hostileNames = (known, count) => {
  const below = random({ value: 7 })
  const edited = (name) => {
    const at = below(name.length + 1)
    const letter = LETTERS[below(LETTERS.length)]
    const [before, after] = [name.slice(0, at), name.slice(at)]
    return [`${before}${letter}${after}`, `${before}${after.slice(1)}`, `${before}${letter}${after.slice(1)}`][below(3)]
  }
  const lookalike = (name) => [...name].map((letter) => (below(2) ? (LOOKALIKES[letter] ?? letter) : letter)).join('')
  const names = new Set(FIXED)
  const allowed = new Set(known)
  while (names.size < count) {
    const name = known[below(known.length)]
    const made = [edited(name), edited(edited(name)), lookalike(name), `${FIXED[below(FIXED.length)]}/${name}`][
      below(4)
    ]
    if (!allowed.has(made)) names.add(made)
  }
  return [...names]
}
