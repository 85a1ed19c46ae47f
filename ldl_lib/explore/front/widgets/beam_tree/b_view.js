// The tree of a beam search: one column for each step, what is kept above the line, what
// is pruned below it, the likeliest on top. Then the list of what was found.

const ROWS = 10; // of each step: what is kept, and the best of what is pruned
const PRUNED = 5; // shown of each step at most; the rest is counted
const ROW = 38; // height in points
const TOP = 18; // room for the steps' numbers
const BOX = 34; // height of a candidate's box
const TALL = TOP + (ROWS + 1.1) * ROW;

const STYLE = `
  .ldl-beam { font-variant-numeric: tabular-nums; }
  .ldl-beam .scroll { overflow-x: auto; border: 1px solid var(--ldl-track); border-radius: 6px; }
  .ldl-beam svg { display: block; }
  .ldl-beam svg text { fill: var(--ldl-ink); font-size: 14px; text-anchor: middle; }
  .ldl-beam svg .number { font-size: 11px; fill: var(--ldl-muted); }
  .ldl-beam svg .sign { font-size: 10px; }
  .ldl-beam .now { display: flex; gap: 0.4rem; align-items: center; padding-bottom: 0.4rem;
    font-size: 0.9375rem; }
  .ldl-beam .now button { flex: none; min-width: 2.75rem; min-height: 2.25rem; font: inherit;
    color: inherit; background: var(--ldl-paper); border: 1px solid var(--ldl-line);
    border-radius: 6px; cursor: pointer; }
  .ldl-beam .now button[aria-disabled=true] { opacity: 0.45; cursor: default; }
  .ldl-beam .edge { fill: none; stroke: var(--ldl-line); stroke-width: 1.2; }
  .ldl-beam .edge.pruned { stroke-dasharray: 3 3; }
  .ldl-beam .edge.best { stroke: var(--ldl-ink); stroke-width: 3; }
  .ldl-beam .cut { stroke: var(--ldl-line); stroke-dasharray: 7 4; }
  .ldl-beam .node { cursor: pointer; outline: none; }
  .ldl-beam .node rect { fill: var(--ldl-paper); stroke: var(--ldl-line); stroke-width: 1.2; }
  .ldl-beam .node.kept rect { stroke: var(--beam-kept); stroke-width: 1.6; }
  .ldl-beam .root rect { stroke: var(--beam-kept); stroke-width: 1.6; }
  .ldl-beam :is(.root, .node.kept.alive) rect { fill: var(--beam-kept-tint); }
  .ldl-beam .node.finished rect { fill: var(--beam-end-tint); stroke: var(--beam-end);
    stroke-width: 3; }
  .ldl-beam .node.pruned rect { stroke-dasharray: 3 3; }
  .ldl-beam .node.pruned text { fill: var(--ldl-muted); }
  .ldl-beam .node.chosen rect { stroke: var(--ldl-ink); stroke-width: 3; }
  .ldl-beam .node:focus-visible rect { stroke: var(--ldl-accent); stroke-width: 4; }
  .ldl-beam .key { display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; font-size: 0.875rem;
    color: var(--ldl-muted); padding: 0.35rem 0.25rem; }
  .ldl-beam .key i { display: inline-block; width: 1.1rem; height: 0.85rem; margin-right: 0.35rem;
    border: 2px solid var(--ldl-line); border-radius: 3px; vertical-align: -0.1rem; }
  .ldl-beam .key .alive { background: var(--beam-kept-tint); border-color: var(--beam-kept); }
  .ldl-beam .key .dead { border-color: var(--beam-kept); }
  .ldl-beam .key .finished { background: var(--beam-end-tint); border: 3px solid var(--beam-end); }
  .ldl-beam .key .pruned { border-style: dashed; }
  .ldl-beam .key .best { height: 0; border-width: 3px 0 0; border-radius: 0;
    border-color: var(--ldl-ink); vertical-align: 0.25rem; }
  .ldl-beam .detail { min-height: 3em; margin: 0; padding: 0.25rem; font-size: 0.9375rem; }
  .ldl-beam .list { overflow-x: auto; min-height: 14rem; }
  .ldl-beam table { border-collapse: collapse; width: 100%; margin: 0; font-size: 0.9375rem; }
  .ldl-beam :is(th, td) { padding: 0.05rem 0.5rem; text-align: right; white-space: nowrap; line-height: 1.45;
    border-bottom: 1px solid var(--ldl-track); font-weight: 400; }
  .ldl-beam thead th { color: var(--ldl-muted); font-size: 0.8125rem; white-space: normal;
    vertical-align: bottom; }
  .ldl-beam :is(th, td):nth-child(2) { text-align: left; width: 50%; white-space: pre; }
  .ldl-beam tbody tr:first-child > * { font-weight: 700; }
  @media (max-width: 30rem) {
    .ldl-beam table { font-size: 0.8125rem; }
    .ldl-beam :is(th, td) { padding: 0.05rem 0.15rem; }
    .ldl-beam :is(th, td):first-child { display: none; }
    .ldl-beam .now { min-height: 3.1rem; }
    .ldl-beam .detail { min-height: 6.3em; }
  }`;

class View {
  constructor(stage, api, core, models) {
    const kit = ldl.registered("core", "kit");
    Object.assign(this, { stage, api, core, models, kit, values: { ...api.values } });
    this.build();
    this.stopTheme = api.onTheme(() => this.recolour());
    this.recolour();
    this.search();
  }

  build() {
    const { html, svg } = this.kit;
    [this.marks, this.boxes, this.drawn] = [svg("g"), svg("g"), new Map()];
    this.drawing = svg("svg", { height: TALL, role: "group",
      "aria-label": "Search tree. Arrow keys move between candidates." }, [this.marks, this.boxes]);
    this.drawing.addEventListener("keydown", (event) => this.key(event));
    this.drawing.addEventListener("click", (event) => this.click(event));
    this.scroll = html("div", { className: "scroll" }, [this.drawing]);
    this.detail = html("p", { className: "detail" });
    this.rows = html("tbody");
    const titles = ["rank", "text", "length", "log P", "score"];
    const head = html("thead", {}, [html("tr", {}, titles.map((title) =>
      html("th", { scope: "col", textContent: title })))]);
    const key = [["alive", "kept"], ["dead", "kept, dropped later"], ["finished", "\u25a0 finished"],
      ["pruned", "\u00d7 pruned"], ["best", "best so far"]].map(([className, text]) =>
      html("span", {}, [html("i", { className }), text]));
    this.stage.classList.add("ldl-beam");
    this.stage.append(html("style", { textContent: STYLE }), this.stepper(), this.scroll,
      html("div", { className: "key" }, key), this.detail,
      html("div", { className: "list" }, [html("table", {}, [head, this.rows])]));
  }

  // The player stands far below the tree: on a phone, not on the same screen.
  stepper() {
    const { html, button } = this.kit;
    const step = (sign, by, name) => button(sign, () => this.step(by), { "aria-label": name });
    this.back = step("\u25c0", -1, "one step back in the tree");
    this.on = step("\u25b6", 1, "one step on in the tree");
    this.now = html("span");
    return html("div", { className: "now" }, [this.back, this.on, this.now]);
  }

  // Counts from the last step that there is: the search may be over before the player's end.
  step(by) {
    const depth = this.searched.seen.length + by;
    if (this.mayStep(by)) this.api.setValues({ depth });
  }

  mayStep(by) {
    const { seen } = this.searched;
    return by < 0 ? seen.length > 0
      : seen.length < this.api.options.deepest && !this.core.isOver(this.searched);
  }

  set(values) {
    this.values = { ...values };
    this.search();
    this.api.announce(this.core.words(this.searched));
  }

  search() {
    this.searched = this.core.search(this.models, this.values);
    this.alive = this.core.alive(this.searched.found);
    this.chosen = this.searched.found[0] ?? null;
    this.draw();
  }

  // ---- the tree

  // Widths of what is drawn: words need more room than letters. There is a column for each
  // step that may come, so that nothing moves when one comes.
  sizes() {
    const { model } = this.searched;
    const size = model.deepest ? { box: 66, first: 34, least: 77, most: 120, steps: model.deepest }
      : { box: 40, first: 66, least: 52, most: 66, steps: this.api.options.deepest };
    const room = (this.scroll.clientWidth - size.first - 16) / size.steps;
    return { ...size, column: Math.max(size.least, Math.min(size.most, room)) };
  }

  draw() {
    const { seen, found, model, start } = this.searched;
    const sizes = this.sizes();
    const shown = Math.min(PRUNED, ROWS - this.values.width);
    const pruned = (all) => all.findIndex(({ fate }) => fate === "pruned");
    this.columns = seen.map((all) => pruned(all) < 0 ? all : all.slice(0, pruned(all) + shown));
    this.places = new Map();
    for (const column of this.columns) {
      for (const each of column) this.places.set(each, this.place(each, pruned(column), sizes));
    }
    const wide = sizes.first + 8 + seen.length * sizes.column + 8;
    this.kit.set(this.drawing, { width: wide, viewBox: `0 0 ${wide} ${TALL}` });
    const best = this.core.alive(found.slice(0, 1));
    this.nodes = this.fillBoxes(sizes);
    this.candidates = new Map(Array.from(this.nodes, ([each, node]) => [node, each]));
    this.marks.replaceChildren(...seen.length ? this.line(wide) : [],
      ...this.edges(best, sizes), this.root(model.root(start).trim(), sizes),
      ...seen.flatMap((all, i) => this.head(i, all.length - this.columns[i].length, shown, sizes)));
    this.list();
    this.describe();
    this.say();
    this.scroll.scrollLeft = wide; // lays out the page: last, so that it does so once
  }

  // Between what is kept and what is pruned.
  line(wide) {
    const y = this.cut();
    const { svg } = this.kit;
    return [svg("line", { class: "cut", x1: 0, x2: wide, y1: y, y2: y })];
  }

  cut() { return TOP + (this.values.width + 0.2) * ROW; }

  middle(step, { first, column, box }) { return first + 8 + step * column - box / 2; }

  place({ step, rank, fate }, pruned, sizes) {
    const x = this.middle(step, sizes);
    if (fate !== "pruned") return { x, y: TOP + (rank + 0.5) * ROW };
    return { x, y: this.cut() + (rank - pruned + 0.7) * ROW };
  }

  text(x, y, content, attributes = {}) {
    const element = this.kit.svg("text", { x, y, ...attributes });
    element.textContent = content;
    return element;
  }

  root(text, { first }) {
    const y = TOP + ROW / 2;
    return this.kit.svg("g", { class: "root" }, [
      this.kit.svg("rect", { x: 2, y: y - BOX / 2, width: first, height: BOX, rx: 5 }),
      this.text(first / 2 + 2, y + 5, text)]);
  }

  // One path for all edges of a kind: browsers are slow with many elements.
  edges(best, sizes) {
    const kinds = { pruned: "", kept: "", best: "" };
    for (const each of this.places.keys()) {
      const kind = best.has(each) ? "best" : each.fate === "pruned" ? "pruned" : "kept";
      kinds[kind] += this.curve(each, sizes);
    }
    return Object.entries(kinds).map(([kind, d]) =>
      this.kit.svg("path", { class: `edge ${kind}`, d }));
  }

  curve(each, sizes) {
    const to = this.places.get(each);
    const from = this.places.get(each.parent)
      ?? { x: sizes.first + 2 - sizes.box / 2, y: TOP + ROW / 2 };
    const [x0, x1] = [from.x + sizes.box / 2, to.x - sizes.box / 2];
    const middle = (x0 + x1) / 2;
    return `M${x0},${from.y}C${middle},${from.y} ${middle},${to.y} ${x1},${to.y}`;
  }

  // A step's number, and how many of its candidates are not drawn.
  head(i, hidden, shown, sizes) {
    const x = this.middle(i + 1, sizes);
    const marks = [this.text(x, 12, `step ${i + 1}`, { class: "number" })];
    if (hidden) {
      const y = this.cut() + (shown + 0.2) * ROW + 11;
      marks.push(this.text(x, y, `+ ${hidden} \u00d7`, { class: "number" }));
    }
    return marks;
  }

  // A box for each candidate. Boxes stay on the page where one is needed again: browsers
  // take long to lay out many texts.
  fillBoxes(sizes) {
    const before = this.drawn;
    this.drawn = new Map();
    const nodes = new Map();
    for (const [each, { x, y }] of this.places) {
      const key = `${x} ${y} ${sizes.box}`;
      const parts = before.get(key) ?? this.box(x, y, sizes);
      before.delete(key);
      this.drawn.set(key, parts);
      this.fill(parts, each);
      nodes.set(each, parts.node);
    }
    for (const { node } of before.values()) node.remove();
    return nodes;
  }

  box(x, y, { box }) {
    const { svg } = this.kit;
    const [letter, sign] = [document.createTextNode(""), svg("tspan", { class: "sign" })];
    const number = this.text(x, y + 12.5, "", { class: "number" });
    const node = svg("g", { role: "img" }, [
      svg("rect", { x: x - box / 2, y: y - BOX / 2, width: box, height: BOX, rx: 5 }),
      svg("text", { x, y: y - 2 }, [letter, sign]), number]);
    this.boxes.append(node);
    return { node, letter, sign, number };
  }

  fill({ node, letter, sign, number }, each) {
    const { set, write, fixed } = this.kit;
    write(letter, this.searched.model.name(each.token));
    write(sign, { finished: " \u25a0", pruned: " \u00d7", kept: "" }[each.fate]);
    write(number, fixed(each.total));
    set(node, { class: `node ${each.fate} ${this.alive.has(each) ? "alive" : ""}`,
      "aria-label": this.sentence(each) });
  }

  sentence(each) {
    const dropped = each.fate === "kept" && !this.alive.has(each);
    return this.core.sentence(this.searched, each, dropped);
  }

  say() {
    const { seen, rankings } = this.searched;
    const over = this.core.isOver(this.searched) ? " The search is over." : "";
    this.kit.write(this.now, seen.length
      ? `Step ${seen.length}: ${rankings.at(-1)}.${over}`
      : "Nothing is written yet.");
    this.back.setAttribute("aria-disabled", !this.mayStep(-1));
    this.on.setAttribute("aria-disabled", !this.mayStep(1));
  }

  // ---- choosing a candidate

  click({ target }) {
    const each = this.candidates.get(target.closest(".node"));
    if (each) this.choose(each);
  }

  choose(each) {
    this.chosen = each;
    this.describe();
    this.nodes.get(each).focus();
  }

  describe() {
    this.kit.write(this.detail, this.chosen ? this.sentence(this.chosen) : "");
    this.nodes.forEach((node, each) => {
      node.classList.toggle("chosen", each === this.chosen);
      node.setAttribute("tabindex", each === this.chosen ? 0 : -1);
    });
  }

  key(event) {
    const { chosen, columns } = this;
    if (!chosen) return;
    const column = columns[chosen.step - 1];
    const rank = column.indexOf(chosen);
    const to = {
      ArrowUp: () => column[rank - 1],
      ArrowDown: () => column[rank + 1],
      ArrowLeft: () => chosen.parent.parent && chosen.parent,
      ArrowRight: () => columns[chosen.step]?.find(({ parent }) => parent === chosen),
    }[event.key];
    if (!to) return;
    event.preventDefault();
    const next = to();
    if (next) this.choose(next);
  }

  // ---- what was found

  list() {
    const { html, fixed } = this.kit;
    const { found, model } = this.searched;
    this.rows.replaceChildren(...found.map((each, rank) => html("tr", {}, [
      html("th", { scope: "row", textContent: String(rank + 1) }),
      html("td", { textContent: this.core.quoted(model, each)
        + (each.fate === "finished" ? " \u25a0" : "") }),
      html("td", { textContent: String(each.tokens.length) }),
      html("td", { textContent: fixed(each.total) }),
      html("td", { textContent: fixed(each.score) }),
    ])));
  }

  recolour() {
    const dark = this.api.theme() === "dark" ? 1 : 0;
    const { colors } = this.api.options;
    for (const [name, color] of Object.entries({
      kept: "blue", "kept-tint": "blue_tint", end: "green", "end-tint": "green_tint",
    })) this.stage.style.setProperty(`--beam-${name}`, colors[color][dark]);
  }

  read(path) { return this.core.read(this.searched, path); }

  destroy() { this.stopTheme(); }
}

ldl.register("widget", "beam_tree", async (stage, api) => {
  const core = ldl.registered("core", "beam_tree");
  const view = new View(stage, api, core, await core.readModels(api.options));
  return {
    set: (values) => view.set(values),
    read: (path) => view.read(path),
    destroy: () => view.destroy(),
  };
});
