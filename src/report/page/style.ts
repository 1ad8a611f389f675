/** The look of the page: light, dark and print. Colours are those of Okabe and Ito, which colour-blind people can tell apart. */

export const pageStyle = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1b1b1b; --soft: #595959; --rule: #d9d9d9;
  --s0: #0072b2; --s1: #d55e00; --s2: #009e73; --band: #0072b226; --note: #fff6e0; }
@media (prefers-color-scheme: dark) { :root { --paper: #16181b; --ink: #ececec; --soft: #a8a8a8; --rule: #3a3d42;
  --s0: #56b4e9; --s1: #e69f00; --s2: #2fc79b; --band: #56b4e933; --note: #33290f; } }
@media print { :root { color-scheme: light; --paper: #fff; --ink: #000; --soft: #444; --rule: #bbb;
  --s0: #0072b2; --s1: #d55e00; --s2: #009e73; --band: #0072b226; --note: #fff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 60rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; padding-top: 1rem; border-top: 1px solid var(--rule); overflow-wrap: anywhere; }
h3 { font-size: 1.05rem; margin: 1.75rem 0 .25rem; }
p { margin: .25rem 0 .75rem; max-width: 46rem; overflow-wrap: anywhere; }
.about { color: var(--soft); }
.notes { margin: 0 0 1rem; padding: .5rem 1rem .5rem 2rem; background: var(--note); border: 1px solid var(--rule); border-radius: 4px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .6rem; border-bottom: 1px solid var(--rule); text-align: left; white-space: nowrap; }
th { color: var(--soft); font-weight: 600; vertical-align: bottom; }
.right { text-align: right; }
summary { cursor: pointer; color: var(--soft); font-size: .85rem; margin: .25rem 0; }
svg { display: block; max-width: 100%; height: auto; }
svg text { fill: var(--ink); font: 12px system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif; }
svg .tick { fill: var(--soft); font-size: 11px; }
svg .axis { fill: var(--soft); font-size: 12px; }
svg .value { font-variant-numeric: tabular-nums; }
svg .grid { stroke: var(--rule); }
svg .reference { stroke: var(--ink); stroke-dasharray: 4 3; }
svg .whisker { stroke: var(--ink); stroke-width: 1.25; }
svg .censored { stroke: var(--ink); stroke-width: 1.5; }
svg .band { fill: var(--band); }
svg .curve { fill: none; stroke-width: 2; }
svg .curve.s0 { stroke: var(--s0); }
svg .curve.s1 { stroke: var(--s1); stroke-dasharray: 7 3; }
svg .curve.s2 { stroke: var(--s2); stroke-dasharray: 2 3; }
svg .mark { stroke: var(--paper); }
svg .mark.s0 { fill: var(--s0); }
svg .mark.s1 { fill: var(--s1); }
svg .mark.s2 { fill: var(--s2); }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--rule); color: var(--soft); font-size: .85rem; }
@media print { body { max-width: none; padding: 0; font-size: 11pt; } section { break-inside: avoid; } h2, h3 { break-after: avoid; }
  .scroll { overflow: visible; } table { font-size: 7.5pt; } th, td { padding: 1pt 3pt; white-space: normal; }
  details::details-content { content-visibility: visible; block-size: auto; } summary { list-style: none; } }
`;
