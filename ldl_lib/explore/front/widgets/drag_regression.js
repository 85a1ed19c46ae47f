// Points to drag, the line with the least squared error, and gradient descent beside it.
// The core is pure and agrees with numpy.linalg.lstsq; the view draws it as SVG.
(() => {
  // ---------------------------------------------------------------- core: no DOM

  const START = { bias: 1.2, slope: -0.6 };
  const POINTS = [
    [-1.7, -1.2], [-1.2, -0.5], [-0.7, -0.9], [-0.2, 0.1], [0.3, -0.2], [0.8, 0.7],
    [1.3, 0.5], [1.7, 1.3],
  ].map(([x, y]) => ({ x, y }));
  const FAR = 1e6; // a weight beyond this has diverged
  const NEAR = 1e-4; // both weights this close to the best: descent has arrived

  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const predict = (line, x) => line.bias + line.slope * x;
  const loss = (points, line) => points.length
    ? mean(points.map(({ x, y }) => (predict(line, x) - y) ** 2)) : 0;

  // Normal equations of the centred inputs. No line is best if all inputs are equal.
  const closedForm = (points) => {
    const [mx, my] = [mean(points.map(({ x }) => x)), mean(points.map(({ y }) => y))];
    const spread = points.reduce((sum, { x }) => sum + (x - mx) ** 2, 0);
    if (!points.length || spread < 1e-12) return null;
    const shared = points.reduce((sum, { x, y }) => sum + (x - mx) * (y - my), 0);
    const slope = shared / spread;
    return { bias: my - slope * mx, slope };
  };

  // Share of the targets' variance that the line explains; null where there is none.
  const rSquared = (points, line) => {
    const level = { bias: points.length ? mean(points.map(({ y }) => y)) : 0, slope: 0 };
    const all = loss(points, level);
    return all < 1e-12 ? null : 1 - loss(points, line) / all;
  };

  const gradient = (points, line) => {
    const misses = points.map(({ x, y }) => ({ x, miss: predict(line, x) - y }));
    return {
      bias: 2 * mean(misses.map(({ miss }) => miss)),
      slope: 2 * mean(misses.map(({ x, miss }) => miss * x)),
    };
  };

  const begin = (points = POINTS, line = START) => ({ points, line, steps: 0 });
  const diverged = ({ line }) => Math.abs(line.bias) > FAR || Math.abs(line.slope) > FAR;
  const arrived = ({ points, line }) => {
    const best = closedForm(points);
    return best !== null && Math.abs(best.bias - line.bias) < NEAR
      && Math.abs(best.slope - line.slope) < NEAR;
  };
  const step = (state, rate) => {
    if (!state.points.length || diverged(state)) return state;
    const by = gradient(state.points, state.line);
    const line = {
      bias: state.line.bias - rate * by.bias, slope: state.line.slope - rate * by.slope,
    };
    return { ...state, line, steps: state.steps + 1 };
  };

  // The part of a line inside the square |x|, |y| <= edge: two points or none.
  const inside = ({ bias, slope }, edge) => {
    let [from, to] = [-edge, edge];
    if (Math.abs(slope) > 1e-12) {
      const [a, b] = [(-edge - bias) / slope, (edge - bias) / slope];
      [from, to] = [Math.max(from, Math.min(a, b)), Math.min(to, Math.max(a, b))];
    } else if (Math.abs(bias) > edge) return [];
    return from < to ? [from, to].map((x) => [x, bias + slope * x]) : [];
  };

  ldl.register("core", "drag_regression", {
    START, POINTS, predict, loss, closedForm, rSquared, gradient, begin, diverged,
    arrived, step, inside,
  });

  // ---------------------------------------------------------------- view

  const EDGE = 2;
  const SIZE = 400; // units of the drawing; 1 is about a pixel
  const PER_UNIT = SIZE / (2 * EDGE);
  const TICK = 120; // ms between steps while playing
  const MOST_STEPS = 5000; // while playing without motion
  const toX = (x) => (x + EDGE) * PER_UNIT;
  const toY = (y) => (EDGE - y) * PER_UNIT;
  const limit = (value) => Math.min(EDGE, Math.max(-EDGE, Math.round(value * 20) / 20));

  const set = (element, attributes) => {
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const svg = (name, attributes = {}, children = []) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    element.append(...children);
    return set(element, attributes);
  };
  const html = (name, properties = {}, children = []) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const signed = (text) => text.replace("-", "\u2212");
  const number = (value) => signed((Math.abs(value) < 0.0005 ? 0 : value).toFixed(3));
  const large = (value) => Math.abs(value) < 1000 ? number(value)
    : signed(value.toExponential(1).replace("e+", " \u00b7 10^"));
  const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
  const equation = ({ bias, slope }) =>
    `\u0177 = ${large(bias)} ${slope < 0 ? "\u2212" : "+"} ${large(Math.abs(slope))} x`;

  const STYLE = `
    .ldl-fit svg { display: block; width: 100%; max-width: 26rem; margin: 0 auto;
      touch-action: pan-y; cursor: crosshair; }
    .ldl-fit [role="button"] { cursor: grab; touch-action: none; }
    .ldl-fit [role="button"]:focus { outline: none; }
    .ldl-fit [role="button"]:focus-visible .halo { stroke: var(--ldl-ink); }
    .ldl-fit .row { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center;
      justify-content: center; padding-top: 0.6rem; }
    .ldl-fit .numbers { text-align: center; margin: 0.4rem 0 0;
      font-variant-numeric: tabular-nums; }`;

  class View {
    constructor(stage, api) {
      Object.assign(this, { api, stage, values: api.values, state: begin() });
      this.build();
      this.stopTheme = api.onTheme(() => this.paint());
      this.draw();
    }

    build() {
      const named = { role: "group", "aria-label": "Points with input x and target y. "
        + "Arrow keys move a point, Delete removes it." };
      this.squares = svg("g");
      this.best = svg("line", { "stroke-width": 4 });
      this.descent = svg("line", { "stroke-width": 3.5, "stroke-dasharray": "9 6" });
      this.grid = svg("g");
      this.axes = svg("g", { "font-size": 15, "pointer-events": "none" });
      this.dots = svg("g");
      const frame = svg("svg", { x: 0, y: 0, width: SIZE, height: SIZE },
        [this.squares, this.best, this.descent]);
      this.picture = svg("svg", { viewBox: `-34 -26 ${SIZE + 46} ${SIZE + 70}`, ...named },
        [this.grid, frame, this.axes, this.dots]);
      this.picture.addEventListener("click", (event) => this.clicked(event));
      this.texts = [0, 1].map(() => html("p", { className: "numbers" }));
      this.play = this.button("Play", () => this.running ? this.stop() : this.start());
      this.stage.classList.add("ldl-fit");
      this.stage.append(
        html("style", { textContent: STYLE }), this.picture, ...this.texts,
        html("div", { className: "row" }, [
          this.button("Step", () => this.advance()), this.play,
          this.button("Restart descent", () => this.restart())]),
        html("div", { className: "row" }, [
          this.button("Add point", () => this.addSomewhere()),
          this.button("Restore points", () => this.restore())]));
    }

    button(text, act) {
      const button = html("button", { type: "button", textContent: text });
      button.addEventListener("click", act);
      return button;
    }

    // ---- what the reader does

    place(event) {
      const at = new DOMPoint(event.clientX, event.clientY)
        .matrixTransform(this.picture.getScreenCTM().inverse());
      return { x: limit(at.x / PER_UNIT - EDGE), y: limit(EDGE - at.y / PER_UNIT) };
    }

    clicked(event) {
      if (!event.target.closest('[role="button"]')) this.add(this.place(event));
    }

    // For those who do not point: near the middle, where no point is yet.
    addSomewhere() {
      const taken = ({ x, y }) => this.state.points.some(
        (point) => Math.hypot(point.x - x, point.y - y) < 0.25);
      let spot = { x: 0, y: 0 };
      for (let turn = 0; taken(spot) && turn < 60; turn += 1) {
        const [angle, reach] = [2.4 * turn, Math.min(EDGE, 0.25 * Math.sqrt(turn))];
        spot = { x: limit(reach * Math.cos(angle)), y: limit(reach * Math.sin(angle)) };
      }
      this.add(spot);
      this.dots.lastChild.focus();
    }

    add(point) { this.change([...this.state.points, point]); }

    change(points) {
      this.state = { ...this.state, points };
      this.draw();
      this.say();
    }

    edit(index, to) {
      this.change(this.state.points.map((point, i) => i === index ? to : point));
    }

    key(event, index) {
      const by = event.shiftKey ? 0.5 : 0.1;
      const moves = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, by], ArrowDown: [0, -by] };
      const { x, y } = this.state.points[index];
      if (moves[event.key]) {
        const [dx, dy] = moves[event.key];
        this.edit(index, { x: limit(x + dx), y: limit(y + dy) });
      } else if (event.key === "Delete" || event.key === "Backspace") {
        this.change(this.state.points.filter((_, i) => i !== index));
        (this.dots.children[Math.min(index, this.dots.children.length - 1)] ?? this.play).focus();
      } else return;
      event.preventDefault();
    }

    drag(event, index) {
      if (event.button) return; // a menu is asked for
      const dot = this.dots.children[index];
      dot.setPointerCapture(event.pointerId);
      const move = (moved) => this.edit(index, this.place(moved));
      const release = () => dot.removeEventListener("pointermove", move);
      dot.addEventListener("pointermove", move);
      dot.addEventListener("pointerup", release, { once: true });
      dot.addEventListener("pointercancel", release, { once: true });
    }

    // ---- descent

    ended() { return !this.state.points.length || arrived(this.state) || diverged(this.state); }

    advance() {
      this.state = step(this.state, this.values.rate);
      this.draw();
      this.say();
    }

    start() {
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
        for (let i = 0; i < MOST_STEPS && !this.ended(); i += 1) {
          this.state = step(this.state, this.values.rate);
        }
        this.draw();
        this.say();
        return;
      }
      this.running = setInterval(() => this.ended() ? this.stop() : this.advance(), TICK);
      this.play.textContent = "Pause";
    }

    stop() {
      clearInterval(this.running);
      this.running = null;
      this.play.textContent = "Play";
    }

    restart() {
      this.stop();
      this.state = begin(this.state.points);
      this.draw();
      this.say();
    }

    restore() {
      this.stop();
      this.state = begin();
      this.draw();
      this.say();
    }

    set(values) {
      this.values = values;
      this.draw();
    }

    // ---- what the reader sees

    sentences() {
      const { points, line, steps } = this.state;
      if (!points.length) return ["No points: nothing to fit", "\u00a0"];
      const best = closedForm(points);
      const fit = best ? rSquared(points, best) : null;
      const share = fit === null ? "" : `, R\u00b2 ${number(fit)}`;
      const first = best
        ? `Closed form (solid): ${equation(best)}, mean squared error ${number(loss(points, best))}${share}`
        : "All points have the same x: no single line is best";
      const state = diverged(this.state) ? "Descent has run away"
        : arrived(this.state) ? "Descent has arrived" : "Descent (dashed)";
      return [first, `${state} after ${plural(steps, "step")}: ${equation(line)}, `
        + `mean squared error ${large(loss(points, line))}`];
    }

    say() {
      const said = this.sentences().filter((sentence) => sentence.trim());
      this.api.announce(`${said.join(". ")}.`);
    }

    color(name) { return this.api.options.colors[name][this.api.theme() === "dark" ? 1 : 0]; }

    draw() {
      const { points, line } = this.state;
      const best = closedForm(points);
      this.drawLine(this.best, best);
      this.drawLine(this.descent, line);
      this.drawSquares(this.values.squares === "the closed form" ? best
        : this.values.squares === "descent" ? line : null);
      this.sentences().forEach((text, i) => { this.texts[i].textContent = text; });
      while (this.dots.children.length > points.length) this.dots.lastChild.remove();
      while (this.dots.children.length < points.length) this.dots.append(this.dot());
      points.forEach((point, i) => this.drawDot(this.dots.children[i], point, i));
      this.paint();
    }

    drawLine(element, line) {
      const ends = line ? inside(line, EDGE) : [];
      element.style.display = ends.length ? "" : "none";
      if (!ends.length) return;
      const [[ax, ay], [bx, by]] = ends;
      set(element, { x1: toX(ax), y1: toY(ay), x2: toX(bx), y2: toY(by) });
    }

    // A square on each miss, on the side where the plane has more room.
    drawSquares(line) {
      this.squares.replaceChildren(...(line ? this.state.points : []).map(({ x, y }) => {
        const at = predict(line, x);
        const side = Math.min(Math.abs(at - y), 4 * EDGE) * PER_UNIT;
        const left = x > 0 ? toX(x) - side : toX(x);
        return svg("rect", { x: left, y: Math.max(toY(Math.max(at, y)), -4 * SIZE), width: side,
          height: side, "stroke-width": 1.5, "fill-opacity": 0.6 });
      }));
    }

    dot() {
      const dot = svg("g", { role: "button", tabindex: 0 }, [
        svg("circle", { class: "halo", r: 20, fill: "transparent", "stroke-width": 3 }),
        svg("circle", { class: "shape", r: 9, "stroke-width": 2 })]);
      const index = () => [...this.dots.children].indexOf(dot);
      dot.addEventListener("pointerdown", (event) => this.drag(event, index()));
      dot.addEventListener("keydown", (event) => this.key(event, index()));
      return dot;
    }

    drawDot(dot, { x, y }, i) {
      set(dot, { transform: `translate(${toX(x)} ${toY(y)})`,
        "aria-label": `Point ${i + 1}, x ${signed(x.toFixed(2))}, y ${signed(y.toFixed(2))}` });
    }

    paint() {
      const color = (name) => this.color(name);
      this.best.setAttribute("stroke", color("blue"));
      this.descent.setAttribute("stroke", color("vermillion"));
      const squares = this.values.squares === "descent" ? "vermillion" : "blue";
      for (const square of this.squares.children) {
        set(square, { fill: color(`${squares}_tint`), stroke: color(squares) });
      }
      for (const dot of this.dots.children) {
        set(dot.querySelector(".shape"), { fill: color("ink"), stroke: color("paper") });
      }
      this.axes.setAttribute("fill", color("ink"));
      const ticks = [-2, -1, 0, 1, 2];
      const rule = (attributes) =>
        svg("line", { stroke: color("grid"), "stroke-width": 1, ...attributes });
      this.grid.replaceChildren(...ticks.flatMap((tick) => [
        rule({ x1: toX(tick), x2: toX(tick), y1: 0, y2: SIZE }),
        rule({ x1: 0, x2: SIZE, y1: toY(tick), y2: toY(tick) })]));
      this.axes.replaceChildren(...ticks.flatMap((tick) => {
        const text = signed(String(tick));
        return [
          svg("text", { x: toX(tick), y: SIZE + 20, "text-anchor": "middle" }, [text]),
          svg("text", { x: -6, y: toY(tick) + 5, "text-anchor": "end" }, [text])];
      }), svg("text", { x: SIZE / 2, y: SIZE + 39, "text-anchor": "middle" }, ["input x"]),
      svg("text", { x: -30, y: -12 }, ["target y"]));
    }

    read(path) {
      const { points, line, steps } = this.state;
      const known = {
        points, line, steps, best: closedForm(points), loss: loss(points, line),
        squares: this.squares.children.length,
      };
      if (path in known) return known[path];
      throw new RangeError(`drag_regression has no ${path}`);
    }

    destroy() {
      this.stop();
      this.stopTheme();
    }
  }

  ldl.register("widget", "drag_regression", (stage, api) => {
    const view = new View(stage, api);
    return {
      set: (values) => view.set(values),
      read: (path) => view.read(path),
      destroy: () => view.destroy(),
    };
  });
})();
