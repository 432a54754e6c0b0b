"""How the report looks: on a wide and a narrow screen, light and dark, and on paper."""

from __future__ import annotations

from typing import Final

__all__ = ["STYLE"]

_LIGHT: Final = (
    "--ink:#1b2730;--soft:#43535e;--grid:#d9e1e6;--paper:#ffffff;--line:#c8d3da;--head:#14506b;"
    "--pale:#eef4f7;--s0:#1b2730;--s1:#0072b2;--s2:#c04f00;--s3:#00805d;--s4:#9b3f7c;--s5:#7a5c00;"
    "--s6:#5a5a5a;"
)
_DARK: Final = (
    "--ink:#e8eef2;--soft:#b4c2cb;--grid:#33424c;--paper:#141c22;--line:#3b4a55;--head:#8ccbe6;"
    "--pale:#1d2a33;--s0:#e8eef2;--s1:#64bdf5;--s2:#ff9a52;--s3:#3ed6a8;--s4:#eba0d2;--s5:#e3c35a;"
    "--s6:#b0b0b0;"
)

STYLE: Final = (
    f":root {{ color-scheme: light dark; {_LIGHT} }}\n"
    f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {_DARK} }} }}\n"
    """
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; padding: 2.5rem 1.25rem 3rem; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.6 "Source Sans 3", "Segoe UI", "Helvetica Neue", Arial, "Liberation Sans",
    sans-serif;
  overflow-wrap: break-word;
}
main, header, footer { max-width: 50rem; margin: 0 auto; }
header { border-bottom: 3px solid var(--head); padding-bottom: 1rem; }
h1 { margin: 0 0 .5rem; font-size: 1.9rem; line-height: 1.2; letter-spacing: -.01em; }
h2 { margin: 3rem 0 .75rem; font-size: 1.4rem; line-height: 1.3; color: var(--head); }
h3 { margin: 2rem 0 .5rem; font-size: 1.125rem; line-height: 1.35; }
p, ul { margin: 0 0 .75rem; max-width: 42rem; }
ul { padding-left: 1.2rem; }
li { margin-bottom: .35rem; }
.notable { border-left: 4px solid var(--head); background: var(--pale); padding: .6rem .9rem; }
.soft { color: var(--soft); font-size: .9375rem; }
.amount { font-variant-numeric: tabular-nums; white-space: nowrap; }
.on-paper { display: none; }
.cards {
  display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(14.5rem, 1fr));
  margin: 1.25rem 0;
}
.card { border: 1px solid var(--line); border-top: 5px solid var(--style); padding: 1rem; }
.card h3 { margin: 0 0 .35rem; display: flex; gap: .5rem; align-items: baseline; }
.card p { margin: 0 0 .5rem; line-height: 1.45; }
.letter {
  flex: none; width: 1.6em; height: 1.6em; border-radius: 50%; line-height: 1.6em;
  text-align: center; font-weight: 700; background: var(--style); color: var(--paper);
}
.card dl { margin: .75rem 0 0; }
.card dl > div {
  display: flex; flex-direction: column-reverse; padding: .6rem 0;
  border-top: 1px solid var(--line);
}
.card dt { line-height: 1.4; font-size: .9375rem; }
.card dt .soft { font-size: inherit; }
.card dd { margin: 0; white-space: normal; }
.card dd { font-size: 1.45rem; line-height: 1.25; font-weight: 700; }

table { width: 100%; margin: 0 0 1.25rem; border-collapse: collapse; font-size: .9375rem; }
caption { padding: 0 0 .4rem; text-align: left; color: var(--soft); }
th, td { padding: .45rem .5rem; text-align: left; vertical-align: top; line-height: 1.4; }
td:last-child { overflow-wrap: anywhere; }
td.amount { overflow-wrap: normal; }
th:first-child, td:first-child { padding-left: 0; }
th:last-child, td:last-child { padding-right: 0; }
thead th { border-bottom: 2px solid var(--head); vertical-align: bottom; }
tbody th, tbody td { border-bottom: 1px solid var(--line); }
tbody th { font-weight: 600; }
tfoot th, tfoot td { border-top: 2px solid var(--head); font-weight: 600; }
th.amount, td.amount { text-align: right; }
thead th.amount { white-space: normal; }
td .change { display: block; color: var(--soft); font-size: .875rem; }
tr { break-inside: avoid; }
figure { margin: 1rem 0 1.5rem; }
figcaption { padding-bottom: .75rem; max-width: 42rem; }
svg { display: block; width: 100%; height: auto; }
svg text { font-variant-numeric: tabular-nums; }
svg.narrow { display: none; }
svg.narrow, svg.any { max-width: 30rem; }
details { margin: .5rem 0 1rem; }
summary { cursor: pointer; color: var(--head); padding: .35rem 0; }
details > :not(summary) { margin-top: .5rem; }
pre { overflow-x: auto; background: var(--pale); padding: .75rem .9rem; font-size: .875rem; }
pre, code { font-family: "DejaVu Sans Mono", Consolas, monospace; }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: .75rem; }
@media screen and (max-width: 44rem) {
  body { padding: 1.5rem 1rem 2rem; }
  h1 { font-size: 1.5rem; }
  svg.wide { display: none; }
  svg.narrow { display: block; }
  table, caption, tbody, tfoot, tr, th, td { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; }
  thead { clip-path: inset(50%); }
  tr { padding: .5rem 0; border-bottom: 1px solid var(--line); }
  tfoot tr { border-bottom: 0; border-top: 2px solid var(--head); }
  tbody tr:first-child { border-top: 2px solid var(--head); }
  tbody th, tbody td, tfoot th, tfoot td { border: 0; padding: .15rem 0; }
  tbody th.amount { text-align: left; }
  td::before { content: attr(data-label) ": "; color: var(--soft); }
  td.amount { display: flex; justify-content: space-between; gap: 1rem; white-space: normal; }
  td.amount > span { white-space: nowrap; text-align: right; }
}
@page { size: A4; margin: 18mm; }
@media print {
  body { padding: 0; font-size: 10.5pt; line-height: 1.45; }
  main, header, footer, p, ul, figcaption { max-width: none; }
  h1 { font-size: 20pt; }
  h2 { margin-top: 16pt; font-size: 14pt; }
  h2, h3, figcaption, caption { break-after: avoid; }
  .cards { grid-template-columns: repeat(auto-fit, minmax(48mm, 1fr)); gap: 4mm; margin: 3mm 0; }
  .card { padding: 2.5mm; }
  .card, figure, .notable { break-inside: avoid; }
  .card p, .card dt, .card dd.soft { font-size: 9pt; line-height: 1.35; }
  .card dl > div { padding: 1.5mm 0; }
  .card dd { font-size: 13pt; }
  .notable { background: none; }
  .letter { border: 1px solid var(--ink); background: none; color: var(--ink); }
  table { font-size: 9pt; }
  td .change { font-size: 8.5pt; }
  th, td { padding-top: .25rem; padding-bottom: .25rem; }
  thead { display: table-header-group; }
  tfoot { display: table-row-group; }
  svg { max-height: 235mm; }
  .not-on-paper, figure details { display: none; }
  summary { list-style: none; color: var(--soft); }
  details::details-content { content-visibility: visible; block-size: auto; }
  .on-paper { display: block; }
  pre { white-space: pre-wrap; }
}
"""
)
"""The style of the page. Colours of charts are variables, so that a chart follows the screen."""
