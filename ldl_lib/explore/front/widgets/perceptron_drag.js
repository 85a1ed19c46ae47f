// Place points of two classes in the plane; a perceptron learns to separate them, live.
// The core is pure and follows ldl_lib.nn.Perceptron; the view draws it as SVG.
(() => {
  // ---------------------------------------------------------------- core: no DOM

  const START = [0.5, -0.8, 1]; // w0, w1, w2
  const POINTS = [
    [-1.4, -0.9, -1], [-0.9, 0.3, -1], [-0.2, -1.3, -1], [0.4, -0.5, -1],
    [0.1, 1.2, 1], [0.9, 0.7, 1], [1.4, -0.2, 1], [1.2, 1.5, 1],
  ].map(([x1, x2, label]) => ({ x1, x2, label }));
  const GIVE_UP = 2000; // updates in a row without a pass that is free of mistakes

  const weightedSum = (w, point) => w[0] + (point.x1 * w[1] + point.x2 * w[2]);
  const predict = (w, point) => weightedSum(w, point) >= 0 ? 1 : -1; // sign(0) = +1

  // Weights after the learning rule has seen one point; the same array if it was right.
  const learn = (w, point, rate) => {
    if (predict(w, point) === point.label) return w;
    const step = rate * point.label;
    return [w[0] + step, w[1] + step * point.x1, w[2] + step * point.x2];
  };

  // `next`: the point to show next. `clean`: points right in a row. `updates`: since the start.
  const begin = (points = POINTS, weights = START) =>
    ({ points, weights, next: 0, clean: 0, updates: 0 });

  const finished = (state) => state.clean >= state.points.length;
  const mistakes = (state) =>
    state.points.filter((point) => predict(state.weights, point) !== point.label).length;

  // Shows one point, in the order of the list, round and round.
  const step = (state, rate) => {
    if (!state.points.length) return state;
    const weights = learn(state.weights, state.points[state.next], rate);
    const moved = weights !== state.weights;
    return {
      ...state, weights, clean: moved ? 0 : state.clean + 1,
      next: (state.next + 1) % state.points.length, updates: state.updates + Number(moved),
    };
  };

  // Steps until the weights move, or until every point in a row was right.
  const nextUpdate = (state, rate) => {
    let now = state;
    while (!finished(now) && now.updates === state.updates) now = step(now, rate);
    return now;
  };

  // Another set of points: what was learned stays, the count of right answers starts again.
  const withPoints = (state, points) =>
    ({ ...state, points, clean: 0, next: points.length ? state.next % points.length : 0 });

  // Corners of the part of the square |x1|, |x2| <= edge on one side of the line.
  const halfPlane = (w, side, edge) => {
    const corners = [[-edge, -edge], [edge, -edge], [edge, edge], [-edge, edge]];
    if (w[1] === 0 && w[2] === 0) return (w[0] >= 0) === (side > 0) ? corners : [];
    const z = corners.map(([x1, x2]) => side * weightedSum(w, { x1, x2 }));
    return corners.flatMap((corner, i) => {
      const last = (i + 3) % 4;
      const kept = [];
      if (z[last] * z[i] < 0) {
        const t = z[last] / (z[last] - z[i]);
        kept.push(corners[last].map((from, axis) => from + t * (corner[axis] - from)));
      }
      if (z[i] >= 0) kept.push(corner);
      return kept;
    });
  };

  const core = {
    START, POINTS, GIVE_UP, weightedSum, predict, learn, begin, finished, mistakes, step,
    nextUpdate, withPoints, halfPlane,
  };
  ldl.register("core", "perceptron_drag", core);

  // ---------------------------------------------------------------- view

  const { set, svg, html, button, fixed, plural } = ldl.registered("core", "kit");
  const { EDGE, SIZE, toX, toY, drawLine, Points, widget } = ldl.registered("core", "points");
  const TICK = 140; // ms between updates while running
  const bit = (label) => label > 0 ? "+1" : "\u22121";

  class View extends Points {
    constructor(stage, api) {
      super(stage, api, {
        names: ["x1", "x2"], run: "Run", tick: TICK,
        viewBox: `-34 -8 ${SIZE + 46} ${SIZE + 50}`,
        label: "Plane of the inputs x1 and x2. "
          + "Arrow keys move a point, Delete removes it, Enter changes its class.",
      });
    }

    build() {
      this.areas = [1, -1].map(() => svg("polygon"));
      this.line = svg("line", { "stroke-width": 4, "stroke-linecap": "round" });
      this.axes = svg("g", { "font-size": 15 });
      this.picture.append(...this.areas, this.axes, this.line, this.dots);
      this.numbers = html("p", { className: "numbers" });
      this.classes = [1, -1].map((label) => button(
        `${label > 0 ? "\u25cf" : "\u25a0"} class ${bit(label)}`, () => this.choose(label)));
      this.stage.append(
        this.numbers,
        this.row([...this.classes, button("Add point", () => this.addSomewhere())]),
        this.row([
          button("Next update", () => this.advance()), this.runButton,
          button("Forget weights", () => this.restart()),
          button("Restore points", () => this.restore())]));
      this.choose(1);
    }

    choose(label) {
      this.label = label;
      this.classes.forEach((button, i) => button.setAttribute("aria-pressed", [1, -1][i] === label));
    }

    // ---- the points, and learning from them

    begin(points) { return begin(points); }

    withPoints(points) { return withPoints(this.state, points); }

    newPoint() { return { label: this.label }; }

    pressed(key, index) {
      if (key !== "Enter" && key !== " ") return false;
      this.edit(index, { label: -this.state.points[index].label });
      return true;
    }

    begun() { this.from = this.state.updates; }

    ended() { return finished(this.state) || this.state.updates - this.from >= GIVE_UP; }

    advance() { this.show(nextUpdate(this.state, this.values.rate)); }

    runToEnd() {
      this.begun();
      while (!this.ended()) this.state = nextUpdate(this.state, this.values.rate);
      return this.state;
    }

    set(values) { this.values = values; }

    // ---- what the reader sees

    say() {
      const { state } = this;
      const wrong = mistakes(state);
      const count = `${plural(state.updates, "update")} so far`;
      this.api.announce(!state.points.length ? "No points: nothing to learn."
        : wrong ? `${wrong} of ${plural(state.points.length, "point")} on the wrong side; ${count}.`
          : `All ${plural(state.points.length, "point")} on the right side; ${count}.`);
    }

    draw() {
      const { weights, updates } = this.state;
      const corners = (side) => halfPlane(weights, side, EDGE)
        .map(([x1, x2]) => `${toX(x1)},${toY(x2)}`).join(" ");
      this.areas.forEach((area, i) => area.setAttribute("points", corners([1, -1][i])));
      const onEdge = ([x1, x2]) => Math.abs(weightedSum(weights, { x1, x2 })) < 1e-9;
      drawLine(this.line, halfPlane(weights, 1, EDGE).filter(onEdge));
      this.numbers.textContent = `w = (${weights.map((weight) => fixed(weight)).join(", ")}), ${plural(updates, "update")}`;
      this.drawDots();
      this.paint();
    }

    dotShapes() {
      return [
        svg("path", { class: "shape", "stroke-width": 2 }),
        svg("path", { class: "cross", d: "M-5-5 5 5M-5 5 5-5", "stroke-width": 3 })];
    }

    drawDot(dot, { x1, x2, label }, i) {
      const right = predict(this.state.weights, { x1, x2 }) === label;
      set(dot, { "aria-label": `Point ${i + 1}, class ${bit(label)}, at ${fixed(x1)}, `
        + `${fixed(x2)}, ${right ? "right" : "wrong"}` });
      dot.dataset.label = label;
      dot.querySelector(".shape").setAttribute("d", label > 0
        ? "M-11 0a11 11 0 1 0 22 0a11 11 0 1 0-22 0" : "M-10-10h20v20h-20z");
      dot.querySelector(".cross").style.display = right ? "none" : "";
    }

    paint() {
      const color = (name) => this.color(name);
      this.areas.forEach((area, i) => area.setAttribute("fill", color(["blue_tint", "vermillion_tint"][i])));
      this.line.setAttribute("stroke", color("ink"));
      for (const dot of this.dots.children) {
        const shape = dot.querySelector(".shape");
        shape.setAttribute("fill", color(dot.dataset.label > 0 ? "blue" : "vermillion"));
        shape.setAttribute("stroke", color("paper"));
        dot.querySelector(".cross").setAttribute("stroke", color("paper"));
      }
      this.axes.setAttribute("fill", color("ink"));
      this.axes.replaceChildren(
        ...this.tickTexts((tick) => (tick > 0 ? "+" : "") + fixed(tick, 0)),
        svg("text", { x: SIZE / 2, y: SIZE + 38, "text-anchor": "middle" }, ["input x\u2081"]),
        svg("text", { x: 6, y: 16 }, ["input x\u2082 \u2191"]));
    }

    read(path) {
      if (path === "points") return this.state.points;
      if (path === "weights") return this.state.weights;
      if (path === "updates") return this.state.updates;
      if (path === "mistakes") return mistakes(this.state);
      throw new RangeError(`perceptron_drag has no ${path}`);
    }
  }

  ldl.register("widget", "perceptron_drag", widget(View));
})();
