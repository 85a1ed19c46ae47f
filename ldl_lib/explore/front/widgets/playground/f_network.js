// The network: a picture for each unit, a line for each weight, and one unit's numbers.
(() => {
  const HEAD = 64; // px above the units: what stands over a layer, with its buttons
  const RESOLUTION = 28; // of a unit's picture
  const REFRESH = 250; // ms between two showings of the numbers while training
  const CLOSE = 7; // px from a line: meant

  class Network {
    constructor(box, owner) {
      const { html } = ldl.registered("core", "kit");
      Object.assign(this, {
        box, owner, html, pictures: ldl.registered("core", "playground_pictures"),
        core: ldl.registered("core", "playground"),
        canvas: html("canvas"), atlas: html("canvas"), sums: new Float64Array(RESOLUTION ** 2),
        focused: [1, 0], hovered: null, shownAt: 0,
      });
      this.units = html("div", { className: "units" });
      this.units.setAttribute("role", "group");
      this.units.setAttribute("aria-label", "Network. Arrow keys move from unit to unit, "
        + "Enter shows its weights.");
      this.heads = html("div");
      this.tip = html("div", { className: "tip", hidden: true });
      this.tip.setAttribute("aria-hidden", "true");
      this.canvas.setAttribute("aria-hidden", "true");
      this.drawing = html("div", { className: "drawing" },
        [this.canvas, this.heads, this.units, this.tip]);
      this.details = html("div", { className: "details" });
      box.append(this.drawLayersHead(), this.drawing, this.details);
      this.listen();
    }

    button(text, label, act) {
      const button = this.html("button", { type: "button", textContent: text });
      button.setAttribute("aria-label", label);
      button.addEventListener("click", act);
      return button;
    }

    drawLayersHead() {
      this.layerCount = this.html("span");
      this.fewer = this.button("\u2212", "Remove the last hidden layer", () => this.changeLayers(-1));
      this.more = this.button("+", "Add a hidden layer", () => this.changeLayers(1));
      return this.html("p", { className: "layers" }, [this.fewer, this.more, this.layerCount]);
    }

    // The names of the controls whose layers are there.
    get used() {
      return this.pictures.HIDDEN.filter((name) => this.owner.values[name] > 0);
    }

    changeLayers(by) {
      const { used } = this;
      const free = this.pictures.HIDDEN.filter((name) => !used.includes(name));
      // A new layer comes last, so that the others keep their places.
      const next = free.find((name) => !used.length || name > used.at(-1)) ?? free[0];
      if (by < 0) this.owner.change({ [used.at(-1)]: 0 });
      else this.owner.change({ [next]: used.length ? 2 : 4 });
    }

    changeUnits(column, by) {
      const name = this.used[column - 1];
      this.owner.change({ [name]: this.owner.values[name] + by });
    }

    // ---- structure

    // Makes the buttons of a new network.
    rebuild() {
      const { owner, html } = this;
      const { sizes } = owner.net;
      const last = sizes.length - 1;
      this.layerCount.textContent = this.pictures.counted(last - 1, "hidden layer");
      this.fewer.disabled = last === 1;
      this.more.disabled = last - 1 === 4;
      // The buttons that were there stay, so that a focused one keeps the focus.
      while (this.heads.children.length > last - 1) this.heads.lastChild.remove();
      while (this.heads.children.length < last - 1) this.heads.append(this.head());
      [...this.heads.children].forEach((head, i) => this.showHead(head, i + 1));
      this.buttons = sizes.map((count, layer) => Array.from({ length: count }, (_, unit) => {
        const button = html("button", { type: "button", className: "unit", tabIndex: -1 });
        button.setAttribute("aria-label", this.pictures.unitName(sizes, layer, unit));
        button.setAttribute("aria-pressed", "false");
        button.addEventListener("click", () => owner.select(
          owner.isSelected(layer, unit) ? null : { layer, unit }));
        button.addEventListener("focus", () => this.focus(layer, unit));
        button.addEventListener("keydown", (event) => this.key(event, layer, unit));
        return button;
      }));
      this.units.replaceChildren(...this.buttons.flat());
      this.focus(...(this.buttons[this.focused[0]]?.[this.focused[1]] ? this.focused : [1, 0]));
      const count = sizes.reduce((sum, each) => sum + each, 0);
      this.atlas.width = RESOLUTION;
      this.atlas.height = RESOLUTION * count;
      this.image = new ImageData(RESOLUTION, RESOLUTION * count);
      this.pixels = new Uint32Array(this.image.data.buffer);
      this.grid = this.core.grid(owner.net, {
        width: RESOLUTION, height: RESOLUTION, edge: ldl.registered("core", "playground_data").EDGE,
      });
      this.hovered = null;
      this.layOut();
    }

    head() {
      const head = this.html("div", { className: "head" }, [this.html("span")]);
      const column = () => [...this.heads.children].indexOf(head) + 1;
      head.append(this.button("\u2212", "", () => this.changeUnits(column(), -1)),
        this.button("+", "", () => this.changeUnits(column(), 1)));
      return head;
    }

    showHead(head, column) {
      const units = this.owner.net.sizes[column];
      const [text, fewer, more] = head.children;
      text.textContent = this.pictures.counted(units, "unit");
      fewer.setAttribute("aria-label", `One unit fewer in hidden layer ${column}`);
      more.setAttribute("aria-label", `One unit more in hidden layer ${column}`);
      more.disabled = units === this.owner.api.options.most;
    }

    focus(layer, unit) {
      const [oldLayer, oldUnit] = this.focused;
      const before = this.buttons[oldLayer]?.[oldUnit];
      if (before) before.tabIndex = -1;
      this.focused = [layer, unit];
      this.buttons[layer][unit].tabIndex = 0;
    }

    key(event, layer, unit) {
      const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
      const move = moves[event.key];
      if (event.key === "Escape") this.owner.select(null);
      if (!move) return;
      event.preventDefault();
      const column = this.buttons[layer + move[0]] ?? this.buttons[layer];
      const row = Math.max(0, Math.min(column.length - 1, unit + move[1]));
      column[row].focus();
    }

    // ---- places

    layOut() {
      const { drawing, owner } = this;
      if (!this.buttons) return;
      const { fit } = ldl.registered("core", "kit");
      const width = drawing.clientWidth;
      if (!width) return;
      this.width = width;
      const { sizes } = owner.net;
      const columns = sizes.length;
      const body = width < 400 ? 300 : 390;
      const largest = Math.max(...sizes);
      // As large as the fullest layer and the room between two layers allow.
      this.size = Math.min(0.8 * body / largest, 0.5 * width / columns, 60);
      const [left, right] = [this.size / 2 + 18, width - this.size / 2 - 10];
      this.places = sizes.map((count, layer) => {
        const pitch = Math.min(body / count, 1.7 * this.size);
        return Array.from({ length: count }, (_, unit) => ({
          x: left + layer * (right - left) / (columns - 1),
          y: HEAD + body / 2 + (unit - (count - 1) / 2) * pitch,
        }));
      });
      this.buttons.forEach((column, layer) => column.forEach((button, unit) => {
        const { x, y } = this.places[layer][unit];
        Object.assign(button.style, {
          left: `${x - this.size / 2}px`, top: `${y - this.size / 2}px`,
          width: `${this.size}px`, height: `${this.size}px`,
        });
      }));
      [...this.heads.children].forEach((head, i) => {
        head.style.left = `${this.places[i + 1][0].x}px`;
      });
      this.context = fit(this.canvas, width, HEAD + body);
    }

    // ---- lines: where they run, and which one is meant

    // Calls each(layer, unit, input, from, to, weight) for every weight.
    edges(each) {
      this.owner.net.layers.forEach(({ inputs, units, W }, before) => {
        for (let unit = 0; unit < units; unit += 1) {
          for (let input = 0; input < inputs; input += 1) {
            each(before + 1, unit, input, this.places[before][input],
              this.places[before + 1][unit], W[unit * inputs + input]);
          }
        }
      });
    }

    nearest(x, y) {
      let best = null;
      let least = CLOSE;
      this.edges((layer, unit, input, from, to, weight) => {
        const [x0, x1] = [from.x + this.size / 2, to.x - this.size / 2];
        if (x < x0 || x > x1) return;
        // On the curve x and y are polynomials of t; x is found by halving.
        let [low, high] = [0, 1];
        const along = (t) => x0 + (x1 - x0) * (1.5 * t * (1 - t) + t ** 3);
        for (let i = 0; i < 12; i += 1) {
          const middle = (low + high) / 2;
          if (along(middle) < x) low = middle; else high = middle;
        }
        const away = Math.abs(from.y + (to.y - from.y) * (3 * low * low - 2 * low ** 3) - y);
        if (away < least) { least = away; best = { layer, unit, input, weight, x, y }; }
      });
      return best;
    }

    listen() {
      const at = (event) => {
        const box = this.canvas.getBoundingClientRect();
        return this.nearest(event.clientX - box.left, event.clientY - box.top);
      };
      this.canvas.addEventListener("pointermove", (event) => this.hover(at(event)));
      this.canvas.addEventListener("pointerleave", () => this.hover(null));
      this.canvas.addEventListener("click", (event) => {
        const edge = at(event);
        this.owner.select(edge && { layer: edge.layer, unit: edge.unit, input: edge.input });
      });
    }

    hover(edge) {
      const changed = (edge?.layer !== this.hovered?.layer) || (edge?.unit !== this.hovered?.unit)
        || (edge?.input !== this.hovered?.input);
      this.hovered = edge;
      this.canvas.style.cursor = edge ? "pointer" : "";
      this.tip.hidden = !edge;
      if (edge) {
        this.tip.textContent = `weight ${this.pictures.number(edge.weight)}`;
        this.tip.style.left = `${Math.min(edge.x + 12, this.width - 110)}px`;
        this.tip.style.top = `${edge.y - 34}px`;
      }
      if (changed) this.draw();
    }

    // ---- what the reader sees

    // Computes every unit's picture, then draws all.
    paint() {
      const { owner, grid } = this;
      this.core.paint(owner.net, grid);
      this.draw();
      const now = performance.now();
      if (now - this.shownAt > REFRESH || !owner.playing) {
        this.shownAt = now;
        this.showNumbers();
      }
    }

    draw() {
      const { context, owner } = this;
      if (!context || !this.grid) return;
      context.clearRect(0, 0, this.canvas.width, this.canvas.height);
      this.edges((layer, unit, input, from, to, weight) => {
        const chosen = owner.selected;
        const meant = this.hovered?.layer === layer && this.hovered.unit === unit
          && this.hovered.input === input;
        const enters = chosen && chosen.layer === layer && chosen.unit === unit
          && (chosen.input === undefined || chosen.input === input);
        this.drawEdge(from, to, weight, meant || enters ? 1 : chosen ? 0.25 : 0.8);
      });
      context.globalAlpha = 1;
      context.setLineDash([]);
      this.drawUnits();
      this.drawLabels();
    }

    drawEdge(from, to, weight, alpha) {
      const { context, owner, size } = this;
      const [x0, x1] = [from.x + size / 2, to.x - size / 2];
      const middle = (x0 + x1) / 2;
      context.globalAlpha = alpha;
      context.lineWidth = 0.6 + 6.4 * (1 - Math.exp(-Math.abs(weight) / 2.5));
      context.strokeStyle = owner.color(weight < 0 ? "vermillion" : "blue");
      context.setLineDash(weight < 0 ? [6, 4] : []);
      context.lineCap = "butt";
      context.beginPath();
      context.moveTo(x0, from.y);
      context.bezierCurveTo(middle, from.y, middle, to.y, x1, to.y);
      context.stroke();
    }

    // The numbers of a unit's picture, and the range of their colours.
    pictureOf(grid, layer, unit) {
      const { net, range } = this.owner;
      const { EDGE } = ldl.registered("core", "playground_data");
      if (layer === 0) return [grid.inputs[unit], { low: -EDGE, high: EDGE }];
      if (layer === net.sizes.length - 1) return [grid.output, range];
      const values = grid.hidden[layer - 1][unit];
      return [values, this.pictures.unitRange(this.owner.values.activation, values)];
    }

    drawUnits() {
      const { context, owner, size } = this;
      let number = 0;
      const area = RESOLUTION * RESOLUTION;
      this.places.forEach((column, layer) => column.forEach((_, unit) => {
        const [values, { low, high }] = this.pictureOf(this.grid, layer, unit);
        const pixels = this.pixels.subarray(number * area, (number + 1) * area);
        this.pictures.fill(pixels, values, low, high, owner.strong);
        number += 1;
      }));
      this.atlas.getContext("2d").putImageData(this.image, 0, 0);
      number = 0;
      this.places.forEach((column, layer) => column.forEach(({ x, y }, unit) => {
        const [left, top] = [x - size / 2, y - size / 2];
        context.drawImage(this.atlas, 0, RESOLUTION * number, RESOLUTION, RESOLUTION,
          left, top, size, size);
        if (layer) this.drawBoundary(layer, unit, left, top);
        const chosen = owner.isSelected(layer, unit);
        context.lineWidth = chosen ? 4 : 1;
        context.strokeStyle = owner.color(chosen ? "ink" : "axis");
        context.strokeRect(left, top, size, size);
        number += 1;
      }));
    }

    drawBoundary(layer, unit, left, top) {
      const { context, size, owner, pictures } = this;
      const sums = pictures.weightedSums(owner.net, this.grid, layer, unit, this.sums);
      const lines = pictures.contour(sums, RESOLUTION, RESOLUTION);
      if (!lines.length) return;
      const scale = size / RESOLUTION;
      context.beginPath();
      for (let i = 0; i < lines.length; i += 4) {
        context.moveTo(left + lines[i] * scale, top + lines[i + 1] * scale);
        context.lineTo(left + lines[i + 2] * scale, top + lines[i + 3] * scale);
      }
      context.lineWidth = 1.5;
      context.strokeStyle = owner.color("ink");
      context.stroke();
    }

    drawLabels() {
      const { context, owner, places, size } = this;
      context.fillStyle = owner.color("ink");
      context.font = "13px system-ui, sans-serif";
      context.textAlign = "right";
      places[0].forEach(({ x, y }, i) => context.fillText(
        `x${"\u2081\u2082"[i]}`, x - size / 2 - 4, y + 4));
      context.textAlign = "center";
      context.fillText("inputs", Math.max(places[0][0].x, 20), 16);
      context.fillText("output", Math.min(places.at(-1)[0].x, this.width - 22), 16);
    }

    // ---- one unit's numbers

    // Marks the chosen unit and makes fields for its bias and weights.
    select(chosen) {
      this.buttons.forEach((column, layer) => column.forEach((button, unit) =>
        button.setAttribute("aria-pressed", this.owner.isSelected(layer, unit))));
      this.fields = [];
      if (!chosen || chosen.layer === 0) {
        this.details.replaceChildren(this.html("p", { className: "hint", textContent: chosen
          ? "An input: what a point's place on this axis is. It has no weights."
          : "Line: a weight, the wider the larger; blue and solid: positive, "
            + "red and dashed: negative. Choose a unit to see its picture large and to set its "
            + "weights by hand." }));
        return;
      }
      const { sizes, layers } = this.owner.net;
      const { inputs, W, b } = layers[chosen.layer - 1];
      const name = this.pictures.unitName(sizes, chosen.layer, chosen.unit);
      const fields = [this.field("bias", b, chosen.unit), ...Array.from({ length: inputs },
        (_, i) => this.field(chosen.layer === 1 ? `weight of x${"\u2081\u2082"[i]}`
          : `weight of unit ${i + 1}`, W, chosen.unit * inputs + i))];
      const close = this.html("button", { type: "button", textContent: "Close" });
      close.addEventListener("click", () => {
        const [layer, unit] = [chosen.layer, chosen.unit];
        this.owner.select(null);
        this.buttons[layer][unit].focus();
      });
      this.details.replaceChildren(
        this.html("p", { className: "name" }, [this.html("strong", { textContent: name }), close]),
        this.html("div", { className: "fields" }, fields));
      this.showNumbers();
      if (chosen.input !== undefined) {
        this.fields[chosen.input + 1].input.focus({ preventScroll: true });
      }
    }

    field(text, array, index) {
      const input = this.html("input", { type: "number", step: "0.1" });
      input.addEventListener("input", () => {
        const value = Number(input.value);
        if (input.value === "" || !Number.isFinite(value)) return;
        array[index] = value;
        this.owner.weightsSet();
      });
      this.fields.push({ input, array, index });
      return this.html("label", {}, [this.html("span", { textContent: text }), input]);
    }

    showNumbers() {
      for (const { input, array, index } of this.fields ?? []) {
        if (input !== document.activeElement) input.value = array[index].toFixed(3);
      }
    }
  }

  ldl.register("widget", "playground_network", (box, owner) => new Network(box, owner));
})();
