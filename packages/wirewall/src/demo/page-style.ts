/** The page's style: no fonts, images or scripts from anywhere; narrow screens and dark ones too. */
export const STYLE: string = `
:root { --ground: #faf8f5; --sheet: #fff; --ink: #22201d; --faint: #6b655d; --line: #e4ded5;
  --brick: #a8442a; --set: #1f6f5c; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #171513; --sheet: #201d1a; --ink: #ece6de; --faint: #a39a8e; --line: #37322c;
    --brick: #e07a5b; --set: #6cc7ae; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 52rem; padding: 1.5rem 1rem 3rem; background: var(--ground);
  color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
h1 { margin: .6rem 0 .2rem; font-size: 2rem; letter-spacing: -.02em; }
h2 { margin: 0 0 .6rem; font-size: 1.1rem; }
header p, footer { color: var(--faint); }
.bricks { height: 1.5rem; margin: 0; border-radius: .25rem; background-color: var(--brick);
  background-image: linear-gradient(var(--ground), var(--ground)),
    linear-gradient(90deg, var(--ground) 2px, transparent 2px),
    linear-gradient(90deg, var(--ground) 2px, transparent 2px);
  background-size: 100% 2px, 2.5rem .75rem, 2.5rem .75rem;
  background-position: 0 .75rem, 2.5rem 0, 1.25rem .75rem;
  background-repeat: no-repeat, repeat-x, repeat-x; }
section { margin: 1rem 0; padding: 1rem 1.1rem; background: var(--sheet);
  border: 1px solid var(--line); border-radius: .6rem; }
section p { margin: .3rem 0 .7rem; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .35rem 0; border-top: 1px solid var(--line); text-align: left;
  vertical-align: top; font-weight: normal; overflow-wrap: anywhere; }
tr:first-child th, tr:first-child td { border-top: 0; }
th { width: 40%; padding-right: 1rem; color: var(--faint); }
code, pre { font: .9em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
code { overflow-wrap: anywhere; }
pre { margin: 0 0 .9rem; padding: .7rem .8rem; white-space: pre-wrap;
  overflow-wrap: anywhere; border-radius: .4rem;
  background: var(--ground); border: 1px solid var(--line); }
a { color: var(--brick); }
.links a { display: inline-block; margin: 0 .9rem .3rem 0; padding: .15rem 0; }
.kept, .set, .removed { display: inline-block; min-width: 4.2rem; font-size: .8rem; }
.kept { color: var(--faint); } .set { color: var(--set); } .removed { color: var(--brick); }
summary { cursor: pointer; } summary h2 { display: inline; } details[open] summary { margin-bottom: .6rem; }
@media (max-width: 36rem) { th, td { display: block; width: 100%; padding-right: 0; }
  td { padding-top: 0; border-top: 0; } }
`;
