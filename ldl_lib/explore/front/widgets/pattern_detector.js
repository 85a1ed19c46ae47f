// A perceptron that looks at pictures of 5 x 5 cells. The reader paints its weights, and a
// picture that may fool it. The core is pure; ldl_lib/figures/gradients/pattern_detector.py
// has the stored patterns and the same sums.
(() => {
  // ---------------------------------------------------------------- core: no DOM

  const SIDE = 5;

  // Weighted sum without the bias; cells are +1 (ink) or -1 (paper).
  const weightedSum = (weights, cells) =>
    weights.reduce((sum, weight, i) => sum + weight * cells[i], 0);

  // The bias is minus the threshold: z - threshold >= 0.
  const fires = (weights, cells, threshold) => weightedSum(weights, cells) - threshold >= 0;

  const inkOnly = (cells) => cells.map((cell) => cell > 0 ? 1 : 0);

  // What a click turns a cell into: weights go +1, 0, -1; pictures ink, paper.
  const nextWeight = (weight) => weight === 1 ? 0 : weight === 0 ? -1 : 1;
  const nextCell = (cell) => -cell;

  const judge = (weights, threshold, patterns, wanted) => patterns.map(({ name, cells }) => {
    const fired = fires(weights, cells, threshold);
    const should = name === wanted;
    const verdict = fired ? (should ? "hit" : "false positive")
      : (should ? "missed" : "silent");
    return { name, sum: weightedSum(weights, cells), fired, verdict };
  });

  const sentence = (judged, wanted) => {
    const wrong = judged.filter(({ verdict }) => verdict === "false positive");
    const found = judged.some(({ verdict }) => verdict === "hit");
    const names = wrong.map(({ name }) => name).join(", ");
    return `${wanted} is ${found ? "detected" : "missed"}. False positives: ${names || "none"}.`;
  };

  const core = { SIDE, weightedSum, fires, inkOnly, nextWeight, nextCell, judge, sentence };
  ldl.register("core", "pattern_detector", core);

  // ---------------------------------------------------------------- view

  const { html } = ldl.registered("core", "kit");
  const signed = (value) => value > 0 ? `+${value}` : String(value).replace("-", "\u2212");

  const STYLE = `
    .ldl-detector .grids { display: flex; flex-wrap: wrap; gap: 0.5rem 2.5rem;
      justify-content: center; }
    .ldl-detector .name { margin: 0.25rem 0; font-size: 0.9375rem; font-weight: 600;
      text-align: center; color: inherit; }
    .ldl-detector .cells { display: grid; grid-template-columns: repeat(5, 2.25rem);
      gap: 2px; justify-content: center; }
    .ldl-detector .cells button { width: 2.25rem; min-width: 0; height: 2.25rem; padding: 0; margin: 0;
      border-radius: 3px; border: 1px solid var(--ldl-line); background: var(--ldl-paper);
      color: var(--ldl-ink); font: inherit; font-weight: 600; cursor: pointer; }
    .ldl-detector .cells button[data-value="1"] { background: var(--plus-tint); }
    .ldl-detector .cells button[data-value="-1"] { background: var(--minus-tint); }
    .ldl-detector .picture button[data-value="1"] { background: var(--ldl-ink);
      color: var(--ldl-paper); }
    .ldl-detector .picture button[data-value="-1"] { background: var(--ldl-paper); }
    .ldl-detector .row { display: flex; flex-wrap: wrap; gap: 0.5rem; justify-content: center;
      padding: 0.6rem 0; }
    .ldl-detector ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 0.3rem; }
    .ldl-detector li { display: grid; align-items: center; column-gap: 0.6rem; margin: 0;
      grid-template-columns: 2rem 4.2rem minmax(4rem, 1fr) 2.2rem 8.6rem; }
    .ldl-detector .mini { display: grid; grid-template-columns: repeat(5, 6px); width: 30px;
      border: 1px solid var(--ldl-line); }
    .ldl-detector .mini i { width: 6px; height: 6px; }
    .ldl-detector .mini i.ink { background: var(--ldl-ink); }
    .ldl-detector .track { position: relative; height: 1.1rem; background: var(--ldl-panel); }
    .ldl-detector .bar { position: absolute; top: 0.15rem; bottom: 0.15rem; }
    .ldl-detector .mark { position: absolute; top: -2px; bottom: -2px; width: 0;
      border-left: 3px solid var(--ldl-ink); }
    .ldl-detector .verdict { white-space: nowrap; }
    .ldl-detector .sum { text-align: right; font-variant-numeric: tabular-nums; }
    .ldl-detector li[data-verdict="false positive"] .verdict,
    .ldl-detector li[data-verdict="missed"] .verdict { font-weight: 700; }
    @media (max-width: 34rem) { .ldl-detector li {
      grid-template-columns: 2rem 3.3rem minmax(2rem, 1fr) 2rem 8.6rem; column-gap: 0.3rem; } }`;

  const SIGNS = {
    hit: "\u2713 hit", silent: "\u2713 silent", missed: "\u2717 missed",
    "false positive": "\u2717 false positive", fired: "fires", quiet: "silent",
  };

  // Five by five buttons; one of them is in the order of Tab, arrow keys reach the others.
  class Cells {
    constructor(title, kind, name, change) {
      this.name = name;
      this.buttons = Array.from({ length: SIDE * SIDE }, (_, i) => {
        const button = html("button", { type: "button", tabIndex: i ? -1 : 0 });
        button.addEventListener("click", () => { this.enter(i); change(i); });
        button.addEventListener("keydown", (event) => this.key(event, i));
        return button;
      });
      const group = html("div", { className: `cells ${kind}` }, this.buttons);
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", `${title}. Arrow keys move, Space changes a cell.`);
      this.element = html("div", {}, [html("p", { className: "name", textContent: title }), group]);
    }

    enter(index) {
      this.buttons.forEach((button, i) => { button.tabIndex = i === index ? 0 : -1; });
      this.buttons[index].focus();
    }

    key(event, index) {
      const [row, column] = [Math.floor(index / SIDE), index % SIDE];
      const to = {
        ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
        ArrowUp: [row - 1, column], ArrowDown: [row + 1, column],
      }[event.key];
      if (!to) return;
      event.preventDefault();
      if (to.every((at) => at >= 0 && at < SIDE)) this.enter(to[0] * SIDE + to[1]);
    }

    draw(values, say) {
      this.buttons.forEach((button, i) => {
        const [row, column] = [Math.floor(i / SIDE) + 1, i % SIDE + 1];
        button.dataset.value = values[i];
        button.textContent = this.name === "weight" ? signed(values[i]) : "";
        button.setAttribute("aria-label", `${this.name} row ${row}, column ${column}: `
          + say(values[i]));
      });
    }
  }

  class View {
    constructor(stage, api) {
      Object.assign(this, { stage, api, values: api.values });
      this.patterns = api.options.patterns;
      this.weights = [...this.cellsOf("T")];
      this.own = [...this.cellsOf("plus")];
      this.build();
      this.stopTheme = api.onTheme(() => this.paint());
      this.paint();
      this.draw();
    }

    cellsOf(name) { return this.patterns.find((pattern) => pattern.name === name).cells; }

    build() {
      this.weightCells = new Cells("Weights: click for +1, 0, \u22121", "weights", "weight",
        (i) => this.change(() => { this.weights[i] = nextWeight(this.weights[i]); }));
      this.ownCells = new Cells("Your picture: click to paint", "picture", "picture",
        (i) => this.change(() => { this.own[i] = nextCell(this.own[i]); }));
      const wanted = () => this.cellsOf(this.values.wanted);
      this.list = html("ul", {}, [...this.patterns.map(({ name }) => name), "yours"]
        .map((name) => this.line(name)));
      this.stage.classList.add("ldl-detector");
      this.stage.append(
        html("style", { textContent: STYLE }),
        html("div", { className: "grids" }, [this.weightCells.element, this.ownCells.element]),
        html("div", { className: "row" }, [
          this.button("Weights = wanted pattern", () => { this.weights = [...wanted()]; }),
          this.button("+1 on its ink, 0 elsewhere", () => { this.weights = inkOnly(wanted()); }),
          this.button("All weights 0", () => { this.weights = wanted().map(() => 0); }),
          this.button("Picture = wanted pattern", () => { this.own = [...wanted()]; }),
        ]),
        this.list);
    }

    button(text, act) {
      const button = html("button", { type: "button", textContent: text });
      button.addEventListener("click", () => this.change(act));
      return button;
    }

    line(name) {
      const cells = Array.from({ length: SIDE * SIDE }, () => html("i"));
      const mini = html("span", { className: "mini" }, cells);
      mini.setAttribute("aria-hidden", "true");
      const track = html("span", { className: "track" }, [
        html("span", { className: "bar" }), html("span", { className: "mark" })]);
      track.setAttribute("aria-hidden", "true");
      return html("li", {}, [mini, html("span", { textContent: name }), track,
        html("span", { className: "sum" }), html("span", { className: "verdict" })]);
    }

    change(act) {
      act();
      this.draw();
      this.say();
    }

    set(values) {
      this.values = values;
      this.draw();
      this.say();
    }

    judged() {
      return judge(this.weights, this.values.threshold, this.patterns, this.values.wanted);
    }

    say() {
      const own = fires(this.weights, this.own, this.values.threshold);
      this.api.announce(`${sentence(this.judged(), this.values.wanted)} `
        + `Your picture: sum ${signed(weightedSum(this.weights, this.own))}, `
        + `${own ? "the neuron fires" : "the neuron is silent"}.`);
    }

    draw() {
      this.weightCells.draw(this.weights, signed);
      this.ownCells.draw(this.own, (cell) => cell > 0 ? "ink" : "paper");
      const fired = fires(this.weights, this.own, this.values.threshold);
      const lines = [...this.judged().map((line, i) => [line, this.patterns[i].cells]), [{
        sum: weightedSum(this.weights, this.own), verdict: fired ? "fired" : "quiet",
      }, this.own]];
      lines.forEach(([{ sum, verdict }, cells], i) => this.drawLine(this.list.children[i],
        { sum, verdict, cells }));
    }

    drawLine(item, { sum, verdict, cells }) {
      const share = (value) => 50 + 2 * Math.max(-25, Math.min(25, value)); // per cent
      item.dataset.verdict = verdict;
      item.querySelectorAll(".mini i").forEach((dot, i) =>
        dot.classList.toggle("ink", cells[i] > 0));
      const bar = item.querySelector(".bar");
      bar.style.left = `${Math.min(50, share(sum))}%`;
      bar.style.width = `${Math.abs(share(sum) - 50)}%`;
      bar.style.background = sum < 0 ? "var(--minus)" : "var(--plus)";
      item.querySelector(".mark").style.left = `calc(${share(this.values.threshold)}% - 2px)`;
      item.querySelector(".sum").textContent = signed(sum);
      item.querySelector(".verdict").textContent = SIGNS[verdict];
    }

    paint() {
      const dark = this.api.theme() === "dark" ? 1 : 0;
      const { colors } = this.api.options;
      for (const [name, color] of Object.entries({
        "--plus": "blue", "--minus": "vermillion",
        "--plus-tint": "blue_tint", "--minus-tint": "vermillion_tint",
      })) this.stage.style.setProperty(name, colors[color][dark]);
    }

    read(path) {
      if (path === "weights") return this.weights;
      if (path === "picture") return this.own;
      if (path === "judged") return this.judged();
      throw new RangeError(`pattern_detector has no ${path}`);
    }

    destroy() { this.stopTheme(); }
  }

  ldl.register("widget", "pattern_detector", (stage, api) => {
    const view = new View(stage, api);
    return {
      set: (values) => view.set(values),
      read: (path) => view.read(path),
      destroy: () => view.destroy(),
    };
  });
})();
