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

  const { set, svg, html, button, fixed, plural } = ldl.registered("core", "kit");
  const { EDGE, SIZE, PER_UNIT, TICKS, toX, toY, drawLine, Points, widget } =
    ldl.registered("core", "points");
  const TICK = 120; // ms between steps while playing
  const MOST_STEPS = 5000; // while playing without motion

  const number = (value) => fixed(value, 3);
  const large = (value) => Math.abs(value) < 1000 ? number(value)
    : value.toExponential(1).replace("-", "\u2212").replace("e+", " \u00b7 10^");
  const equation = ({ bias, slope }) =>
    `\u0177 = ${large(bias)} ${slope < 0 ? "\u2212" : "+"} ${large(Math.abs(slope))} x`;

  class View extends Points {
    constructor(stage, api) {
      super(stage, api, {
        names: ["x", "y"], run: "Play", tick: TICK,
        viewBox: `-34 -26 ${SIZE + 46} ${SIZE + 70}`,
        label: "Points with input x and target y. Arrow keys move a point, Delete removes it.",
      });
    }

    build() {
      this.squares = svg("g");
      this.best = svg("line", { "stroke-width": 4 });
      this.descent = svg("line", { "stroke-width": 3.5, "stroke-dasharray": "9 6" });
      this.grid = svg("g");
      this.axes = svg("g", { "font-size": 15, "pointer-events": "none" });
      const frame = svg("svg", { x: 0, y: 0, width: SIZE, height: SIZE },
        [this.squares, this.best, this.descent]);
      this.picture.append(this.grid, frame, this.axes, this.dots);
      this.texts = [0, 1].map(() => html("p", { className: "numbers" }));
      this.stage.append(
        ...this.texts,
        this.row([button("Step", () => this.advance()), this.runButton,
          button("Restart descent", () => this.restart())]),
        this.row([button("Add point", () => this.addSomewhere()),
          button("Restore points", () => this.restore())]));
    }

    // ---- the points, and descent on them

    begin(points) { return begin(points); }

    withPoints(points) { return { ...this.state, points }; }

    newPoint() { return {}; }

    ended() { return !this.state.points.length || arrived(this.state) || diverged(this.state); }

    advance() { this.show(step(this.state, this.values.rate)); }

    runToEnd() {
      for (let i = 0; i < MOST_STEPS && !this.ended(); i += 1) {
        this.state = step(this.state, this.values.rate);
      }
      return this.state;
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

    draw() {
      const { points, line } = this.state;
      const best = closedForm(points);
      drawLine(this.best, best ? inside(best, EDGE) : []);
      drawLine(this.descent, inside(line, EDGE));
      this.drawSquares(this.values.squares === "the closed form" ? best
        : this.values.squares === "descent" ? line : null);
      this.sentences().forEach((text, i) => { this.texts[i].textContent = text; });
      this.drawDots();
      this.paint();
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

    dotShapes() { return [svg("circle", { class: "shape", r: 9, "stroke-width": 2 })]; }

    drawDot(dot, { x, y }, i) {
      set(dot, { "aria-label": `Point ${i + 1}, x ${fixed(x)}, y ${fixed(y)}` });
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
      const rule = (attributes) =>
        svg("line", { stroke: color("grid"), "stroke-width": 1, ...attributes });
      this.grid.replaceChildren(...TICKS.flatMap((tick) => [
        rule({ x1: toX(tick), x2: toX(tick), y1: 0, y2: SIZE }),
        rule({ x1: 0, x2: SIZE, y1: toY(tick), y2: toY(tick) })]));
      this.axes.replaceChildren(
        ...this.tickTexts((tick) => fixed(tick, 0)),
        svg("text", { x: SIZE / 2, y: SIZE + 39, "text-anchor": "middle" }, ["input x"]),
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
  }

  ldl.register("widget", "drag_regression", widget(View));
})();
