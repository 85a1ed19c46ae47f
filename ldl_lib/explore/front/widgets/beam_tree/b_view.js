// The tree of a beam search: one column for each step, what is kept above the line, what
// is pruned below it, the likeliest on top. Then the list of what was found.

const TALL = 390; // of the drawing, in points
const PRUNED = 2; // shown of each step; the rest is counted
const MOST = 8; // rows of the list

const STYLE = `
  .ldl-beam { font-variant-numeric: tabular-nums; }
  .ldl-beam .scroll { overflow-x: auto; border: 1px solid var(--ldl-track); border-radius: 6px; }
  .ldl-beam svg { display: block; }
  .ldl-beam svg text { fill: var(--ldl-ink); font-size: 14px; text-anchor: middle; }
  .ldl-beam svg .number { font-size: 10.5px; fill: var(--ldl-muted); }
  .ldl-beam svg .left { text-anchor: start; }
  .ldl-beam .edge { fill: none; stroke: var(--ldl-line); stroke-width: 1.2; }
  .ldl-beam .edge.pruned { stroke-dasharray: 3 3; }
  .ldl-beam .edge.best { stroke: var(--ldl-ink); stroke-width: 3; }
  .ldl-beam .cut { stroke: var(--ldl-line); stroke-dasharray: 7 4; }
  .ldl-beam .node { cursor: pointer; outline: none; }
  .ldl-beam .node rect { fill: var(--ldl-paper); stroke: var(--ldl-line); stroke-width: 1.2; }
  .ldl-beam .node.kept rect { stroke: var(--beam-kept); stroke-width: 1.6; }
  .ldl-beam .node.kept.alive rect { fill: var(--beam-kept-tint); }
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
  .ldl-beam .detail { min-height: 3.1em; padding: 0.25rem; font-size: 0.9375rem; }
  .ldl-beam .list { overflow-x: auto; min-height: 16.2rem; }
  .ldl-beam table { border-collapse: collapse; width: 100%; margin: 0; font-size: 0.9375rem; }
  .ldl-beam :is(th, td) { padding: 0.1rem 0.5rem; text-align: right; white-space: nowrap;
    border-bottom: 1px solid var(--ldl-track); font-weight: 400; }
  .ldl-beam thead th { color: var(--ldl-muted); font-size: 0.8125rem; white-space: normal;
    vertical-align: bottom; }
  .ldl-beam :is(th, td):nth-child(2) { text-align: left; width: 50%; white-space: pre; }
  .ldl-beam tbody tr:first-child > * { font-weight: 700; }
  @media (max-width: 30rem) { .ldl-beam table { font-size: 0.875rem; }
    .ldl-beam :is(th, td) { padding: 0.15rem 0.2rem; } }`;

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
    this.marks = svg("g");
    this.drawing = svg("svg", { height: TALL, role: "group",
      "aria-label": "Search tree. Arrow keys move between candidates." }, [this.marks]);
    this.drawing.addEventListener("keydown", (event) => this.key(event));
    this.scroll = html("div", { className: "scroll" }, [this.drawing]);
    this.detail = html("p", { className: "detail" });
    this.rows = html("tbody");
    const titles = ["rank", "text", "log-probability", "score"];
    const head = html("thead", {}, [html("tr", {}, titles.map((title) =>
      html("th", { scope: "col", textContent: title })))]);
    const key = [["alive", "kept"], ["dead", "kept, dropped later"], ["finished", "\u25a0 finished"],
      ["pruned", "\u00d7 pruned"]].map(([className, text]) =>
      html("span", {}, [html("i", { className }), text]));
    this.stage.classList.add("ldl-beam");
    this.stage.append(html("style", { textContent: STYLE }), this.scroll,
      html("div", { className: "key" }, key), this.detail,
      html("div", { className: "list" }, [html("table", {}, [head, this.rows])]));
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

  // Widths and heights of what is drawn: words need more room than letters.
  sizes() {
    const small = this.values.start === this.core.TREE;
    const row = Math.min(52, (TALL - 34) / (this.values.width + PRUNED + 0.5));
    const size = small ? { box: 66, first: 44, least: 79, most: 120 }
      : { box: 39, first: 68, least: 52, most: 66 };
    const room = (this.scroll.clientWidth - size.first - 16) / this.searched.seen.length;
    const column = Math.max(size.least, Math.min(size.most, room));
    return { ...size, row, column, tall: Math.min(40, row - 4) };
  }

  draw() {
    const { svg } = this.kit;
    const { seen, found, model, start } = this.searched;
    const sizes = this.sizes();
    this.columns = seen.map((all) => all.filter(({ fate }, rank) =>
      fate !== "pruned" || all.slice(0, rank).filter((each) => each.fate === "pruned").length < PRUNED));
    this.places = new Map();
    this.columns.forEach((column, i) => column.forEach((each, rank) =>
      this.places.set(each, this.place(column, i, each, rank, sizes))));
    const wide = sizes.first + 8 + seen.length * sizes.column + 8;
    this.kit.set(this.drawing, { width: wide, viewBox: `0 0 ${wide} ${TALL}` });
    const cut = this.cut(sizes);
    const line = svg("line", { class: "cut", x1: 0, x2: wide, y1: cut, y2: cut });
    const best = new Set(this.core.alive(found.slice(0, 1)));
    const shown = this.columns.flat();
    const root = this.root(model.root(start).trim(), sizes);
    const parts = [...seen.length ? [line] : [],
      ...this.edges(shown, best, sizes), root,
      ...this.columns.map((column, i) => this.rest(seen[i].length - column.length, i, sizes))];
    this.nodes = new Map(shown.map((each) => [each, this.node(each, sizes)]));
    this.marks.replaceChildren(...parts, ...this.nodes.values());
    this.scroll.scrollLeft = wide;
    this.list();
    this.describe();
  }

  // Height of the line between what is kept and what is pruned.
  cut({ row }) { return 18 + this.values.width * row + row * 0.2; }

  place(column, i, each, rank, sizes) {
    const x = sizes.first + 8 + i * sizes.column + sizes.column - sizes.box / 2;
    if (each.fate !== "pruned") return { x, y: 18 + (rank + 0.5) * sizes.row };
    const over = rank - column.findIndex(({ fate }) => fate === "pruned");
    return { x, y: this.cut(sizes) + (over + 0.7) * sizes.row };
  }

  root(text, { first, tall, row }) {
    const y = 18 + row / 2;
    const word = this.kit.svg("text", { x: first / 2 + 2, y: y + 5 });
    word.textContent = text;
    return this.kit.svg("g", { class: "node kept alive" }, [this.kit.svg("rect",
      { x: 2, y: y - tall / 2, width: first, height: tall, rx: 5 }), word]);
  }

  // One path for all edges of a kind: browsers are slow with many elements.
  edges(shown, best, sizes) {
    const kinds = { pruned: "", kept: "", best: "" };
    for (const each of shown) {
      const kind = best.has(each) ? "best" : each.fate === "pruned" ? "pruned" : "kept";
      kinds[kind] += this.curve(each, sizes);
    }
    return Object.entries(kinds).map(([kind, d]) =>
      this.kit.svg("path", { class: `edge ${kind}`, d }));
  }

  curve(each, sizes) {
    const to = this.places.get(each);
    const from = this.places.get(each.parent)
      ?? { x: sizes.first + 2 - sizes.box / 2, y: 18 + sizes.row / 2 };
    const [x0, x1] = [from.x + sizes.box / 2, to.x - sizes.box / 2];
    const middle = (x0 + x1) / 2;
    return `M${x0},${from.y}C${middle},${from.y} ${middle},${to.y} ${x1},${to.y}`;
  }

  rest(hidden, i, sizes) {
    const text = this.kit.svg("text", { class: "number",
      y: this.cut(sizes) + (PRUNED + 0.2) * sizes.row + 13,
      x: sizes.first + 8 + i * sizes.column + sizes.column - sizes.box / 2 });
    text.textContent = hidden ? `+ ${hidden} \u00d7` : "";
    return text;
  }

  node(each, { box, tall }) {
    const { svg, fixed } = this.kit;
    const { x, y } = this.places.get(each);
    const low = y + tall / 2; // two lines of text, as far as possible from the edge
    const word = svg("text", { x, y: low - Math.max(16, tall * 0.52) });
    const sign = { finished: " \u25a0", pruned: " \u00d7", kept: "" }[each.fate];
    word.textContent = this.searched.model.name(each.token) + sign;
    const number = svg("text", { class: "number", x, y: low - Math.max(4, tall * 0.2) });
    number.textContent = fixed(each.total);
    const node = svg("g", {
      class: `node ${each.fate} ${this.alive.has(each) ? "alive" : ""}`, role: "img",
      "aria-label": this.sentence(each),
    }, [svg("rect", { x: x - box / 2, y: y - tall / 2, width: box, height: tall, rx: 5 }),
      word, number]);
    node.addEventListener("click", () => this.choose(each));
    return node;
  }

  sentence(each) {
    const { fixed } = this.kit;
    const { model } = this.searched;
    const fate = { kept: this.alive.has(each) ? "kept" : "kept, dropped later" }[each.fate] ?? each.fate;
    const probability = Math.exp(each.own);
    return `Step ${each.step}, ${this.core.quoted(model, each)}, ${fate}. `
      + `\u201c${model.name(each.token)}\u201d has probability `
      + `${probability < 0.001 ? "below 0.001" : fixed(probability, 3)} here; log-probability `
      + `${fixed(each.own)}, with all before ${fixed(each.total)}.`;
  }

  // ---- choosing a candidate

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
    this.rows.replaceChildren(...found.slice(0, MOST).map((each, rank) => html("tr", {}, [
      html("th", { scope: "row", textContent: String(rank + 1) }),
      html("td", { textContent: this.core.quoted(model, each)
        + (each.fate === "finished" ? " \u25a0" : "") }),
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
