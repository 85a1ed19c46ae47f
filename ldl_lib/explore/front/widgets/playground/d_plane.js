// The plane: the network's output as colours, its boundary, the points; and drawing them.
(() => {
  const MARGIN = { left: 30, right: 6, top: 6, bottom: 38 };
  const NEAR = 0.12; // in units of the axes: how close a pen stroke sets its points
  const REACH = 0.16; // how far from its middle a point is still meant
  const MOST_POINTS = 300;
  const TICKS = [-2, -1, 0, 1, 2];
  const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

  // Traces the mark of a point: a circle for class 1, a square for class 0.
  const mark = (context, x, y, label, size) => {
    context.beginPath();
    if (label) context.arc(x, y, size, 0, 2 * Math.PI);
    else context.rect(x - size * 0.9, y - size * 0.9, 1.8 * size, 1.8 * size);
  };

  // `owner`: the playground; it has colours, the sets of points and what changes them.
  class Plane {
    constructor(box, owner) {
      const { html } = ldl.registered("core", "kit");
      Object.assign(this, {
        box, owner, pictures: ldl.registered("core", "playground_pictures"),
        edge: ldl.registered("core", "playground_data").EDGE,
        tool: "1", cursor: null, picture: html("canvas"), marks: html("canvas"),
      });
      this.canvas = html("canvas", { className: "plane" });
      this.caption = html("p", { className: "caption" });
      this.legend = html("p", { className: "legend" });
      this.tools = this.drawTools(html);
      box.append(this.caption, this.canvas, this.legend, this.tools);
      this.listen();
    }

    drawTools(html) {
      const options = [["1", "\u25cf class 1"], ["0", "\u25a0 class 0"], ["erase", "\u2715 erase"]];
      this.choices = options.map(([tool, text]) => {
        const button = html("button", { type: "button", textContent: text });
        button.addEventListener("click", () => this.choose(tool));
        button.dataset.tool = tool;
        return button;
      });
      const clear = html("button", { type: "button", textContent: "Clear points" });
      clear.addEventListener("click", () => this.owner.setPoints([]));
      const help = html("p", { className: "hint", textContent: "Draw with pointer or finger. "
        + "With a keyboard: go to the plane with Tab, move the cross with the arrow keys, "
        + "set or erase with Enter." });
      const tools = html("div", { className: "tools" }, [...this.choices, clear, help]);
      tools.setAttribute("role", "group");
      tools.setAttribute("aria-label", "Draw points");
      return tools;
    }

    choose(tool) {
      this.tool = tool;
      this.choices.forEach((button) =>
        button.setAttribute("aria-pressed", button.dataset.tool === tool));
    }

    get drawing() { return this.owner.values.dataset === "own"; }

    // Follows the settings: is the plane a picture, or a sheet to draw on?
    settle() {
      const { canvas, drawing } = this;
      this.tools.hidden = !drawing;
      canvas.classList.toggle("sheet", drawing);
      canvas.tabIndex = drawing ? 0 : -1;
      if (!drawing) canvas.removeAttribute("tabindex");
      canvas.setAttribute("role", drawing ? "application" : "img");
      this.choose(this.tool);
      this.describe();
    }

    // The words for those who do not see the picture.
    describe(text = "") {
      this.canvas.setAttribute("aria-label", this.drawing
        ? `Plane to draw points on. ${this.cursorWords()}`
        : `The plane of the inputs x1 and x2 with ${this.owner.sets.train.size} training `
          + `points and ${this.owner.sets.test.size} test points. ${text}`);
    }

    // ---- what the reader does

    listen() {
      const { canvas } = this;
      canvas.addEventListener("pointerdown", (event) => this.pen(event));
      canvas.addEventListener("keydown", (event) => this.key(event));
      canvas.addEventListener("focus", () => { this.cursor ??= [0, 0]; this.owner.paint(); });
      canvas.addEventListener("blur", () => { this.cursor = null; this.owner.paint(); });
    }

    place(event) {
      const box = this.canvas.getBoundingClientRect();
      const x = event.clientX - box.left - MARGIN.left;
      const y = event.clientY - box.top - MARGIN.top;
      return [2 * this.edge * x / this.side - this.edge, this.edge - 2 * this.edge * y / this.side]
        .map((value) => this.pictures.round(value, this.edge));
    }

    pen(event) {
      if (!this.drawing || event.button) return;
      event.preventDefault();
      this.canvas.setPointerCapture(event.pointerId);
      this.use(this.place(event));
      const move = (moved) => this.use(this.place(moved));
      const release = () => this.canvas.removeEventListener("pointermove", move);
      this.canvas.addEventListener("pointermove", move);
      this.canvas.addEventListener("pointerup", release, { once: true });
      this.canvas.addEventListener("pointercancel", release, { once: true });
    }

    // Sets or erases a point at a place, as the chosen tool does; true if that changed any.
    use([x1, x2]) {
      const { points } = this.owner;
      const far = (limit) => (point) => Math.hypot(point.x1 - x1, point.x2 - x2) > limit;
      const kept = points.filter(far(REACH));
      if (this.tool === "erase") {
        if (kept.length < points.length) this.owner.setPoints(kept);
        return kept.length < points.length;
      }
      if (points.length >= MOST_POINTS || !points.every(far(NEAR))) return false;
      this.owner.setPoints([...points, { x1, x2, y: Number(this.tool) }]);
      return true;
    }

    key(event) {
      if (!this.drawing) return;
      const step = KEYS[event.key];
      if (step) {
        const by = event.shiftKey ? 0.5 : 0.1;
        this.cursor = this.cursor.map((value, i) =>
          this.pictures.round(value + by * step[i], this.edge));
      } else if (event.key === "Enter" || event.key === " ") {
        const changed = this.use(this.cursor);
        this.owner.tell(!changed ? "Nothing changed here." : this.tool === "erase"
          ? "Point erased." : `Point of class ${this.tool} set.`);
      } else return;
      event.preventDefault();
      this.describe();
      this.owner.paint();
    }

    cursorWords() {
      if (!this.cursor) return "Arrow keys move a cross, Enter sets a point.";
      const [x1, x2] = this.cursor.map((value) => this.pictures.number(value, 2));
      return `Cross at x1 = ${x1}, x2 = ${x2}.`;
    }

    // ---- what the reader sees

    // Fits the canvas to its box; what does not change from picture to picture is drawn once.
    layOut() {
      const { fit } = ldl.registered("core", "kit");
      const width = Math.min(this.box.clientWidth, 460);
      this.side = width - MARGIN.left - MARGIN.right;
      if (this.side <= 0) { this.context = null; return; }
      this.extent = [width, this.side + MARGIN.top + MARGIN.bottom];
      this.context = fit(this.canvas, ...this.extent);
      this.drawMarks(fit(this.marks, ...this.extent));
    }

    toX(x1) { return MARGIN.left + (x1 + this.edge) / (2 * this.edge) * this.side; }
    toY(x2) { return MARGIN.top + (this.edge - x2) / (2 * this.edge) * this.side; }

    drawMarks(context) {
      const { owner, side } = this;
      const crowd = owner.sets.train.size + owner.sets.test.size;
      const size = Math.min(crowd > 60 ? 4.5 : 6.5, side / (crowd > 300 ? 85 : 65));
      const each = (set, draw) => {
        for (let i = 0; i < set.size; i += 1) {
          draw(this.toX(set.x1[i]), this.toY(set.x2[i]), set.y[i]);
        }
      };
      const color = (label) => owner.color(label ? "blue" : "vermillion");
      context.lineWidth = 1.8;
      if (owner.values.test) {
        each(owner.sets.test, (x, y, label) => {
          mark(context, x, y, label, size * 0.85);
          context.fillStyle = owner.color("paper");
          context.fill();
          context.strokeStyle = color(label);
          context.stroke();
        });
      }
      each(owner.sets.train, (x, y, label) => {
        mark(context, x, y, label, size);
        context.fillStyle = color(label);
        context.strokeStyle = owner.color("paper");
        context.lineWidth = 1.2;
        context.stroke();
        context.fill();
      });
      this.drawAxes(context);
    }

    drawAxes(context) {
      const { side, owner, pictures } = this;
      const bottom = MARGIN.top + side;
      context.strokeStyle = owner.color("axis");
      context.lineWidth = 1;
      context.strokeRect(MARGIN.left + 0.5, MARGIN.top + 0.5, side - 1, side - 1);
      context.fillStyle = owner.color("ink");
      context.font = "12px system-ui, sans-serif";
      for (const tick of TICKS) {
        const text = pictures.number(tick, 0);
        context.textAlign = "center";
        context.fillText(text, this.toX(tick), bottom + 15);
        context.textAlign = "right";
        context.fillText(text, MARGIN.left - 6, Math.max(14, this.toY(tick) + 4));
      }
      context.textAlign = "center";
      context.fillText("input x\u2081", MARGIN.left + side / 2, bottom + 32);
      context.save();
      context.translate(11, MARGIN.top + side / 2 - (side / 8));
      context.rotate(-Math.PI / 2);
      context.fillText("input x\u2082", 0, 0);
      context.restore();
    }

    // Draws a picture of the plane: numbers row by row, the range of their colours, and
    // numbers that change their sign at the boundary.
    draw(values, resolution, { low, high }, sums) {
      const { context, picture, side, owner } = this;
      if (!context) return;
      if (picture.width !== resolution) {
        picture.width = resolution;
        picture.height = resolution;
        this.image = new ImageData(resolution, resolution);
        this.pixels = new Uint32Array(this.image.data.buffer);
      }
      this.pictures.fill(this.pixels, values, low, high, owner.soft);
      picture.getContext("2d").putImageData(this.image, 0, 0);
      context.clearRect(0, 0, this.canvas.width, this.canvas.height);
      context.drawImage(picture, MARGIN.left, MARGIN.top, side, side);
      if (sums) this.drawBoundary(sums, resolution);
      context.drawImage(this.marks, 0, 0, ...this.extent);
      if (this.cursor && this.drawing) this.drawCursor();
    }

    drawBoundary(sums, resolution) {
      const { context, side } = this;
      const lines = this.pictures.contour(sums, resolution, resolution);
      const scale = side / resolution;
      context.beginPath();
      for (let i = 0; i < lines.length; i += 4) {
        context.moveTo(MARGIN.left + lines[i] * scale, MARGIN.top + lines[i + 1] * scale);
        context.lineTo(MARGIN.left + lines[i + 2] * scale, MARGIN.top + lines[i + 3] * scale);
      }
      context.lineCap = "round";
      context.lineWidth = 2.5;
      context.strokeStyle = this.owner.color("ink");
      context.stroke();
    }

    drawCursor() {
      const { context, owner } = this;
      const [x, y] = [this.toX(this.cursor[0]), this.toY(this.cursor[1])];
      for (const [width, name] of [[5, "paper"], [2, "ink"]]) {
        context.beginPath();
        context.moveTo(x - 12, y);
        context.lineTo(x + 12, y);
        context.moveTo(x, y - 12);
        context.lineTo(x, y + 12);
        context.lineWidth = width;
        context.strokeStyle = owner.color(name);
        context.stroke();
      }
    }
  }

  ldl.register("widget", "playground_plane", (box, owner) => new Plane(box, owner));
})();
