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

  const round = (value) => Math.round(value * 20) / 20;
  const limit = (value, edge) => Math.min(edge, Math.max(-edge, round(value)));
  const core = {
    START, POINTS, GIVE_UP, weightedSum, predict, learn, begin, finished, mistakes, step,
    nextUpdate, withPoints, halfPlane,
  };
  ldl.register("core", "perceptron_drag", core);

  // ---------------------------------------------------------------- view

  const EDGE = 2;
  const SIZE = 400; // units of the drawing; 1 is about a pixel
  const PER_UNIT = SIZE / (2 * EDGE);
  const TICK = 140; // ms between updates while running
  const toX = (x1) => (x1 + EDGE) * PER_UNIT;
  const toY = (x2) => (EDGE - x2) * PER_UNIT;

  const svg = (name, attributes = {}, children = []) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };
  const html = (name, properties = {}, children = []) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const number = (value) => value.toFixed(2).replace(/^-(0\.00)$/, "$1").replace("-", "\u2212");
  const bit = (label) => label > 0 ? "+1" : "\u22121";
  const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

  const STYLE = `
    .ldl-drag svg { display: block; width: 100%; max-width: 26rem; margin: 0 auto;
      touch-action: pan-y; cursor: crosshair; }
    .ldl-drag [role="button"] { cursor: grab; touch-action: none; }
    .ldl-drag [role="button"]:focus { outline: none; }
    .ldl-drag [role="button"]:focus-visible .halo { stroke: var(--ldl-ink); }
    .ldl-drag .row { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center;
      justify-content: center; padding-top: 0.6rem; }
    .ldl-drag .numbers { text-align: center; margin: 0.5rem 0 0;
      font-variant-numeric: tabular-nums; }
    .ldl-drag button[aria-pressed="true"] { background: var(--ldl-accent);
      color: var(--ldl-on-accent); border-color: var(--ldl-accent); }`;

  class View {
    constructor(stage, api) {
      Object.assign(this, { api, stage, rate: api.values.rate, state: begin(), label: 1 });
      this.build();
      this.stopTheme = api.onTheme(() => this.paint());
      this.draw();
    }

    build() {
      const named = { role: "group", "aria-label": "Plane of the inputs x1 and x2. "
        + "Arrow keys move a point, Delete removes it, Enter changes its class." };
      this.areas = [1, -1].map(() => svg("polygon"));
      this.line = svg("line", { "stroke-width": 4, "stroke-linecap": "round" });
      this.axes = svg("g", { "font-size": 15 });
      this.dots = svg("g");
      this.picture = svg("svg", { viewBox: `-34 -8 ${SIZE + 46} ${SIZE + 50}`, ...named },
        [...this.areas, this.axes, this.line, this.dots]);
      this.picture.addEventListener("click", (event) => this.clicked(event));
      this.numbers = html("p", { className: "numbers" });
      this.classes = [1, -1].map((label) => this.button(
        `${label > 0 ? "\u25cf" : "\u25a0"} class ${bit(label)}`, () => this.choose(label)));
      this.run = this.button("Run", () => this.running ? this.stop() : this.start());
      this.stage.classList.add("ldl-drag");
      this.stage.append(
        html("style", { textContent: STYLE }), this.picture, this.numbers,
        html("div", { className: "row" }, [...this.classes,
          this.button("Add point", () => this.addSomewhere())]),
        html("div", { className: "row" }, [
          this.button("Next update", () => this.update()), this.run,
          this.button("Forget weights", () => this.forget()),
          this.button("Restore points", () => this.restore())]));
      this.choose(1);
    }

    button(text, act) {
      const button = html("button", { type: "button", textContent: text });
      button.addEventListener("click", act);
      return button;
    }

    choose(label) {
      this.label = label;
      this.classes.forEach((button, i) => button.setAttribute("aria-pressed", [1, -1][i] === label));
    }

    // ---- what the reader does

    place(event) {
      const at = new DOMPoint(event.clientX, event.clientY)
        .matrixTransform(this.picture.getScreenCTM().inverse());
      return [limit(at.x / PER_UNIT - EDGE, EDGE), limit(EDGE - at.y / PER_UNIT, EDGE)];
    }

    clicked(event) {
      if (event.target.closest('[role="button"]')) return;
      const [x1, x2] = this.place(event);
      this.add({ x1, x2, label: this.label });
    }

    // For those who do not point: near the middle, where no point is yet.
    addSomewhere() {
      const taken = ({ x1, x2 }) => this.state.points.some(
        (point) => Math.hypot(point.x1 - x1, point.x2 - x2) < 0.25);
      let spot = { x1: 0, x2: 0 };
      for (let turn = 0; taken(spot) && turn < 60; turn += 1) {
        const [angle, reach] = [2.4 * turn, Math.min(EDGE, 0.25 * Math.sqrt(turn))];
        spot = { x1: limit(reach * Math.cos(angle), EDGE), x2: limit(reach * Math.sin(angle), EDGE) };
      }
      this.add({ ...spot, label: this.label });
      this.dots.lastChild.focus();
    }

    add(point) {
      this.change([...this.state.points, point]);
    }

    change(points) {
      this.state = withPoints(this.state, points);
      this.draw();
      this.say();
    }

    edit(index, change) {
      this.change(this.state.points.map((point, i) => i === index ? { ...point, ...change } : point));
    }

    key(event, index) {
      const by = event.shiftKey ? 0.5 : 0.1;
      const moves = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, by], ArrowDown: [0, -by] };
      const { x1, x2, label } = this.state.points[index];
      if (moves[event.key]) {
        const [dx1, dx2] = moves[event.key];
        this.edit(index, { x1: limit(x1 + dx1, EDGE), x2: limit(x2 + dx2, EDGE) });
      } else if (event.key === "Delete" || event.key === "Backspace") {
        this.change(this.state.points.filter((_, i) => i !== index));
        (this.dots.children[Math.min(index, this.dots.children.length - 1)] ?? this.run).focus();
      } else if (event.key === "Enter" || event.key === " ") {
        this.edit(index, { label: -label });
      } else return;
      event.preventDefault();
    }

    drag(event, index) {
      if (event.button) return; // a menu is asked for
      const dot = this.dots.children[index];
      dot.setPointerCapture(event.pointerId);
      const move = (moved) => {
        const [x1, x2] = this.place(moved);
        this.edit(index, { x1, x2 });
      };
      const release = () => dot.removeEventListener("pointermove", move);
      dot.addEventListener("pointermove", move);
      dot.addEventListener("pointerup", release, { once: true });
      dot.addEventListener("pointercancel", release, { once: true });
    }

    // ---- learning

    update() {
      this.state = nextUpdate(this.state, this.rate);
      this.draw();
      this.say();
    }

    start() {
      const from = this.state.updates;
      const tooMany = () => this.state.updates - from >= GIVE_UP;
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
        while (!finished(this.state) && !tooMany()) this.state = nextUpdate(this.state, this.rate);
        this.draw();
        this.say();
        return;
      }
      this.running = setInterval(() => {
        if (finished(this.state) || tooMany()) return this.stop();
        return this.update();
      }, TICK);
      this.run.textContent = "Pause";
    }

    stop() {
      clearInterval(this.running);
      this.running = null;
      this.run.textContent = "Run";
    }

    forget() {
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
      this.rate = values.rate;
    }

    // ---- what the reader sees

    say() {
      const { state } = this;
      const wrong = mistakes(state);
      const count = `${plural(state.updates, "update")} so far`;
      this.api.announce(!state.points.length ? "No points: nothing to learn."
        : wrong ? `${wrong} of ${plural(state.points.length, "point")} on the wrong side; ${count}.`
          : `All ${plural(state.points.length, "point")} on the right side; ${count}.`);
    }

    color(name) { return this.api.options.colors[name][this.api.theme() === "dark" ? 1 : 0]; }

    draw() {
      const { points, weights, updates } = this.state;
      const corners = (side) => halfPlane(weights, side, EDGE)
        .map(([x1, x2]) => `${toX(x1)},${toY(x2)}`).join(" ");
      this.areas.forEach((area, i) => area.setAttribute("points", corners([1, -1][i])));
      this.drawLine();
      this.numbers.textContent = `w = (${weights.map(number).join(", ")}), ${plural(updates, "update")}`;
      while (this.dots.children.length > points.length) this.dots.lastChild.remove();
      while (this.dots.children.length < points.length) this.dots.append(this.dot());
      points.forEach((point, i) => this.drawDot(this.dots.children[i], point, i));
      this.paint();
    }

    drawLine() {
      const onEdge = ([x1, x2]) => Math.abs(weightedSum(this.state.weights, { x1, x2 })) < 1e-9;
      const ends = halfPlane(this.state.weights, 1, EDGE).filter(onEdge);
      this.line.style.display = ends.length === 2 ? "" : "none";
      if (ends.length !== 2) return;
      const [[ax, ay], [bx, by]] = ends;
      for (const [key, value] of Object.entries({ x1: toX(ax), y1: toY(ay), x2: toX(bx), y2: toY(by) })) {
        this.line.setAttribute(key, value);
      }
    }

    dot() {
      const dot = svg("g", { role: "button", tabindex: 0 }, [
        svg("circle", { class: "halo", r: 20, fill: "transparent", "stroke-width": 3 }),
        svg("path", { class: "shape", "stroke-width": 2 }),
        svg("path", { class: "cross", d: "M-5-5 5 5M-5 5 5-5", "stroke-width": 3 })]);
      const index = () => [...this.dots.children].indexOf(dot);
      dot.addEventListener("pointerdown", (event) => this.drag(event, index()));
      dot.addEventListener("keydown", (event) => this.key(event, index()));
      return dot;
    }

    drawDot(dot, { x1, x2, label }, i) {
      const right = predict(this.state.weights, { x1, x2 }) === label;
      dot.setAttribute("transform", `translate(${toX(x1)} ${toY(x2)})`);
      dot.setAttribute("aria-label", `Point ${i + 1}, class ${bit(label)}, at ${number(x1)}, `
        + `${number(x2)}, ${right ? "right" : "wrong"}`);
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
      this.axes.replaceChildren(...[-2, -1, 0, 1, 2].flatMap((tick) => {
        const text = tick > 0 ? `+${tick}` : String(tick).replace("-", "\u2212");
        const along = svg("text", { x: toX(tick), y: SIZE + 18, "text-anchor": "middle" }, [text]);
        const up = svg("text", { x: -6, y: toY(tick) + 5, "text-anchor": "end" }, [text]);
        return [along, up];
      }), svg("text", { x: SIZE / 2, y: SIZE + 38, "text-anchor": "middle" }, ["input x\u2081"]),
      svg("text", { x: 6, y: 16 }, ["input x\u2082 \u2191"]));
    }

    read(path) {
      if (path === "points") return this.state.points;
      if (path === "weights") return this.state.weights;
      if (path === "updates") return this.state.updates;
      if (path === "mistakes") return mistakes(this.state);
      throw new RangeError(`perceptron_drag has no ${path}`);
    }

    destroy() {
      this.stop();
      this.stopTheme();
    }
  }

  ldl.register("widget", "perceptron_drag", (stage, api) => {
    const view = new View(stage, api);
    return {
      set: (values) => view.set(values),
      read: (path) => view.read(path),
      destroy: () => view.destroy(),
    };
  });
})();
