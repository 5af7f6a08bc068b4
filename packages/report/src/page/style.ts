/** Colors of the page and of its charts; both themes keep text at a contrast of 4.5 or more. */
const LIGHT = `
  --paper: #fdfdfc; --raised: #f4f4f1; --ink: #1d2125; --muted: #5a626b; --line: #d9dadb; --grid: #e8e8e6;
  --accent: #1f5fa8; --good: #1d7044; --bad: #a8431a;
  --c0: #1f5fa8; --c1: #b2541a; --c2: #1d7a4c; --c3: #8446a0; --c4: #a92f4b; --c5: #16777f; --c6: #75631a; --c7: #59636e;
  --string: #1d7044; --number: #8446a0; --key: #1f5fa8;`
const DARK = `
  --paper: #15181b; --raised: #1e2226; --ink: #e4e6e8; --muted: #a2abb4; --line: #3a4046; --grid: #2a2f34;
  --accent: #82b7f2; --good: #74cb98; --bad: #f0a076;
  --c0: #74aef0; --c1: #f0a066; --c2: #70cb96; --c3: #cd9ce6; --c4: #f28ba2; --c5: #66cbd2; --c6: #d6c169; --c7: #a9b4bf;
  --string: #74cb98; --number: #cd9ce6; --key: #82b7f2;`

/** The style sheet of a page: system fonts, one column, light and dark. */
export const STYLE = `
:root { color-scheme: light dark; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; }
.page { max-width: 76rem; margin: 0 auto; padding: 2.5rem 1rem 4rem; }
header, main { min-width: 0; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .4rem; letter-spacing: -.01em; text-wrap: balance; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 0 0 .8rem; letter-spacing: -.005em; }
h3 { font-size: 1.02rem; margin: 2rem 0 .6rem; }
h4 { font-size: .92rem; margin: 1.4rem 0 .5rem; }
p { margin: .6rem 0; max-width: 42rem; }
.lead { font-size: 1.1rem; color: var(--muted); }
.note { color: var(--muted); font-size: .9rem; }
a { color: var(--accent); text-underline-offset: .15em; }
section { padding: 1.8rem 0 .6rem; border-top: 1px solid var(--line); margin-top: 2rem; scroll-margin-top: .5rem; }
nav ol { list-style: none; margin: 0 0 1.8rem; padding: 0; display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; font-size: .92rem; }
nav a { text-decoration: none; }
nav a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; margin: .6rem 0 1rem; }
caption { text-align: left; font-weight: 600; padding: 0 0 .4rem; }
th, td { padding: .32rem .9rem .32rem 0; text-align: left; vertical-align: baseline; border-bottom: 1px solid var(--grid); }
thead th { color: var(--muted); font-weight: 500; white-space: nowrap; border-bottom-color: var(--line); }
tbody th { font-weight: 500; min-width: 6.5rem; max-width: 16rem; }
table code { white-space: nowrap; overflow-wrap: normal; }
.n { text-align: right; white-space: nowrap; }
.nowrap { white-space: nowrap; }
.good { color: var(--good); font-weight: 600; } .bad { color: var(--bad); font-weight: 600; } .quiet { color: var(--muted); }
.facts { display: flex; flex-wrap: wrap; gap: .7rem 2rem; margin: .6rem 0 1rem; }
.facts dt { color: var(--muted); font-size: .82rem; } .facts dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 340px), 1fr)); gap: 1.2rem 2rem; margin: 1rem 0; }
figure { margin: 0; min-width: 0; }
figure.wide { margin: 1rem 0; }
figcaption { color: var(--muted); font-size: .85rem; margin-top: .3rem; max-width: 42rem; }
figure svg { display: block; max-width: 100%; height: auto; }
figure.wide svg { max-width: none; }
figure svg text { font-family: system-ui, -apple-system, "Segoe UI", sans-serif; }
.columns { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 15.5rem), 1fr)); gap: 1rem 2rem; }
.columns h4 { margin-top: .6rem; }
.columns ol, .columns ul { margin: 0; padding-left: 1.4rem; font-size: .9rem; } .columns ul { list-style: none; padding-left: 0; }
.columns li { margin: .18rem 0; } .columns li small { display: block; color: var(--muted); font-size: .8rem; line-height: 1.4; }
.hit::after { content: " ✓ held out"; color: var(--good); font-size: .8rem; white-space: nowrap; }
details { margin: .8rem 0; } summary { cursor: pointer; color: var(--accent); }
pre { background: var(--raised); border-radius: 6px; padding: .9rem 1rem; overflow-x: auto; font: .82rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .9em; overflow-wrap: anywhere; }
.k { color: var(--key); } .s { color: var(--string); } .d { color: var(--number); }
.findings { padding-left: 1.2rem; } .findings small { display: block; color: var(--muted); }
.tip { position: fixed; z-index: 2; pointer-events: none; max-width: 18rem; padding: .25rem .55rem; border-radius: 4px; font-size: .85rem;
  background: var(--ink); color: var(--paper); }
.point-near { stroke: var(--ink); stroke-width: 2px; }
footer { border-top: 1px solid var(--line); margin-top: 2.5rem; padding-top: 1rem; color: var(--muted); font-size: .85rem; }
@media (min-width: 70rem) {
  .page { display: grid; grid-template-columns: 13rem minmax(0, 1fr); column-gap: 3rem; }
  header { grid-column: 2; } main, footer { grid-column: 2; }
  nav { grid-column: 1; grid-row: 1 / span 3; } nav ol { position: sticky; top: 2.5rem; display: block; margin-top: .4rem; } nav li { margin: .3rem 0; }
}
@media print { nav { display: none; } section { break-inside: avoid-page; } }
`
