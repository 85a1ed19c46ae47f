// What widgets share in which the reader places points in a plane and something runs on
// them: adding, dragging, keys, buttons, the dots and the ticks of the axes.
(() => {
  const { set, html, svg, button } = ldl.registered("core", "kit");

  const EDGE = 2; // the plane shows -EDGE to EDGE both ways
  const SIZE = 400; // units of the drawing; 1 is about a pixel
  const PER_UNIT = SIZE / (2 * EDGE);
  const TICKS = [-2, -1, 0, 1, 2];
  const toX = (x) => (x + EDGE) * PER_UNIT;
  const toY = (y) => (EDGE - y) * PER_UNIT;
  const limit = (value) => Math.min(EDGE, Math.max(-EDGE, Math.round(value * 20) / 20));

  const STYLE = `
    .ldl-points svg { display: block; width: 100%; max-width: 26rem; margin: 0 auto;
      touch-action: pan-y; cursor: crosshair; }
    .ldl-points [role="button"] { cursor: grab; touch-action: none; }
    .ldl-points [role="button"]:focus { outline: none; }
    .ldl-points [role="button"]:focus-visible .halo { stroke: var(--ldl-ink); }
    .ldl-points .row { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center;
      justify-content: center; padding-top: 0.6rem; }
    .ldl-points .numbers { text-align: center; margin: 0.4rem 0 0;
      font-variant-numeric: tabular-nums; }
    .ldl-points button[aria-pressed="true"] { background: var(--ldl-accent);
      color: var(--ldl-on-accent); border-color: var(--ldl-accent); }`;

  // A widget extends it and says what its points are and what runs on them:
  //   begin(points?)   the state to start from, an object with `points`
  //   withPoints(points)   the state after points changed
  //   newPoint()       what a new point has beside its place
  //   advance(), ended()   one tick of what runs, and whether it is over
  //   runToEnd()       the same without motion
  //   dotShapes(), drawDot(dot, point, index), draw(), say(), paint()
  class Points {
    // `names`: what a point calls its two coordinates; `run`: what the button that
    // starts the ticks says; `tick`: ms between them.
    constructor(stage, api, { names, label, viewBox, run, tick }) {
      Object.assign(this, { api, stage, names, tick, values: api.values, runs: run });
      this.state = this.begin();
      this.dots = svg("g");
      this.picture = svg("svg", { viewBox, role: "group", "aria-label": label });
      this.picture.addEventListener("click", (event) => this.clicked(event));
      this.runButton = button(run, () => this.running ? this.stop() : this.start());
      stage.classList.add("ldl-points");
      stage.append(html("style", { textContent: STYLE }), this.picture);
      this.build();
      this.stopTheme = api.onTheme(() => this.paint());
      this.draw();
    }

    row(children) { return html("div", { className: "row" }, children); }

    color(name) { return this.api.options.colors[name][this.api.theme() === "dark" ? 1 : 0]; }

    at(x, y) { return { [this.names[0]]: limit(x), [this.names[1]]: limit(y) }; }

    where(point) { return this.names.map((name) => point[name]); }

    // ---- what the reader does

    place(event) {
      const { x, y } = new DOMPoint(event.clientX, event.clientY)
        .matrixTransform(this.picture.getScreenCTM().inverse());
      return this.at(x / PER_UNIT - EDGE, EDGE - y / PER_UNIT);
    }

    clicked(event) {
      if (!event.target.closest('[role="button"]')) this.add(this.place(event));
    }

    // For those who do not point: near the middle, where no point is yet.
    addSomewhere() {
      const taken = (spot) => this.state.points.some((point) => {
        const [[ax, ay], [bx, by]] = [this.where(point), this.where(spot)];
        return Math.hypot(ax - bx, ay - by) < 0.25;
      });
      let spot = this.at(0, 0);
      for (let turn = 0; taken(spot) && turn < 60; turn += 1) {
        const [angle, reach] = [2.4 * turn, Math.min(EDGE, 0.25 * Math.sqrt(turn))];
        spot = this.at(reach * Math.cos(angle), reach * Math.sin(angle));
      }
      this.add(spot);
      this.dots.lastChild.focus();
    }

    add(spot) { this.change([...this.state.points, { ...spot, ...this.newPoint() }]); }

    change(points) { this.show(this.withPoints(points)); }

    edit(index, change) {
      this.change(this.state.points.map((point, i) => i === index ? { ...point, ...change } : point));
    }

    key(event, index) {
      const by = event.shiftKey ? 0.5 : 0.1;
      const moves = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, by], ArrowDown: [0, -by] };
      const [x, y] = this.where(this.state.points[index]);
      if (moves[event.key]) {
        const [dx, dy] = moves[event.key];
        this.edit(index, this.at(x + dx, y + dy));
      } else if (event.key === "Delete" || event.key === "Backspace") {
        this.change(this.state.points.filter((_, i) => i !== index));
        const { children } = this.dots;
        (children[Math.min(index, children.length - 1)] ?? this.runButton).focus();
      } else if (!this.pressed(event.key, index)) return;
      event.preventDefault();
    }

    // What other keys do to a point; true if they did something.
    pressed() { return false; }

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

    // ---- what runs

    show(state) {
      this.state = state;
      this.draw();
      this.say();
    }

    start() {
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
        this.show(this.runToEnd());
        return;
      }
      this.begun();
      this.running = setInterval(() => this.ended() ? this.stop() : this.advance(), this.tick);
      this.runButton.textContent = "Pause";
    }

    // Called when the ticks start.
    begun() {}

    stop() {
      clearInterval(this.running);
      this.running = null;
      this.runButton.textContent = this.runs;
    }

    restart() {
      this.stop();
      this.show(this.begin(this.state.points));
    }

    restore() {
      this.stop();
      this.show(this.begin());
    }

    // ---- what the reader sees

    drawDots() {
      const { points } = this.state;
      while (this.dots.children.length > points.length) this.dots.lastChild.remove();
      while (this.dots.children.length < points.length) this.dots.append(this.dot());
      points.forEach((point, i) => {
        const [x, y] = this.where(point);
        const dot = set(this.dots.children[i], { transform: `translate(${toX(x)} ${toY(y)})` });
        this.drawDot(dot, point, i);
      });
    }

    dot() {
      const halo = { class: "halo", r: 20, fill: "transparent", "stroke-width": 3 };
      const dot = svg("g", { role: "button", tabindex: 0 },
        [svg("circle", halo), ...this.dotShapes()]);
      const index = () => [...this.dots.children].indexOf(dot);
      dot.addEventListener("pointerdown", (event) => this.drag(event, index()));
      dot.addEventListener("keydown", (event) => this.key(event, index()));
      return dot;
    }

    // Texts along both axes, from what a tick says.
    tickTexts(words) {
      return TICKS.flatMap((tick) => [
        svg("text", { x: toX(tick), y: SIZE + 19, "text-anchor": "middle" }, [words(tick)]),
        svg("text", { x: -6, y: toY(tick) + 5, "text-anchor": "end" }, [words(tick)])]);
    }

    destroy() {
      this.stop();
      this.stopTheme();
    }
  }

  // Places a line element at two ends in the plane's units, or hides it.
  const drawLine = (element, ends) => {
    element.style.display = ends.length === 2 ? "" : "none";
    if (ends.length !== 2) return;
    const [[ax, ay], [bx, by]] = ends;
    set(element, { x1: toX(ax), y1: toY(ay), x2: toX(bx), y2: toY(by) });
  };

  // What a figure needs of a widget that is such a plane.
  const widget = (View) => (stage, api) => {
    const view = new View(stage, api);
    return {
      set: (values) => view.set(values),
      read: (path) => view.read(path),
      destroy: () => view.destroy(),
    };
  };

  ldl.register("core", "points", { EDGE, SIZE, PER_UNIT, TICKS, toX, toY, drawLine, Points, widget });
})();
