// The playground: a network that trains on points in the plane while the reader watches.
(() => {
  const RESOLUTION = 80; // of the plane's picture, cells a side
  const BUDGET = 9; // ms of training a picture at most, so that 60 a second are possible
  const REFRESH = 100; // ms between two showings of numbers and curves
  const PACE = { slow: 10, normal: 60 }; // steps, or epochs, a second
  const LONGEST = 100; // ms that a picture may catch up with
  const AT_ONCE = 200; // epochs, where the reader wants no motion
  const SOFT = { light: 0.58, dark: 0.46 }; // share of the colours behind points

  const DATA = ["dataset", "count", "noise", "share", "seed"];
  const NETWORK = ["h1", "h2", "h3", "h4", "activation", "start", "weights_seed", "loss",
    "optimizer"];
  const LIVE = ["rate", "penalty", "strength"]; // may change while training goes on
  const GROUPS = {
    Points: ["dataset", "count", "noise", "share", "seed", "test"],
    Network: ["h1", "h2", "h3", "h4", "activation", "start", "weights_seed"],
    Training: ["loss", "optimizer", "rate", "batch", "penalty", "strength"],
  };

  class Playground {
    constructor(stage, api) {
      Object.assign(this, {
        stage, api, values: { ...api.values }, playing: false, selected: null, frames: 0,
        sums: new Float64Array(RESOLUTION ** 2),
        core: ldl.registered("core", "playground"), data: ldl.registered("core", "playground_data"),
        pictures: ldl.registered("core", "playground_pictures"),
      });
      this.host = stage.closest(".ldl-figure");
      this.points = this.startPoints();
      this.build();
      this.arrange();
      this.recolor();
      this.makeSets();
      this.makeNetwork();
      this.listen();
      this.layOut();
    }

    // ---- elements

    build() {
      const { html } = ldl.registered("core", "kit");
      const icon = ldl.registered("core", "playground_icon");
      const button = (text, name, act) => {
        const made = html("button", { type: "button", innerHTML: icon(name) });
        made.append(html("span", { textContent: text }));
        made.addEventListener("click", act);
        return made;
      };
      this.play = button("Play", "play", () => this.playing ? this.pause() : this.start());
      this.play.classList.add("play");
      this.bar = html("div", { className: "bar" }, [this.play,
        button("Step", "step", () => this.once(() => this.core.step(this.net, this.sets.train))),
        button("Epoch", "step", () => this.once(() => this.core.epoch(this.net, this.sets.train))),
        button("Restart", "restart", () => this.restart())]);
      this.bar.children[1].title = "One step: one batch";
      this.numbers = html("dl", { className: "numbers" });
      const line = (color, dash) => `<svg viewBox="0 0 26 8" aria-hidden="true"><path d="M0 4h26" `
        + `stroke="${color}" stroke-width="3" stroke-dasharray="${dash}"/></svg>`;
      const names = ["epoch", `${line("var(--train)", "")}training loss`,
        `${line("var(--test)", "5 4")}test loss`];
      this.numbers.innerHTML = names.map((name) => `<dt>${name}</dt><dd></dd>`).join("");
      const box = (name) => html("div", { className: `${name}-box` });
      const boxes = ["plane", "curves", "network"].map(box);
      this.stage.classList.add("ldl-playground");
      this.stage.append(
        html("style", { textContent: ldl.registered("widget", "playground_style")() }),
        this.bar, html("div", { className: "main" }, boxes));
      boxes[1].append(this.numbers);
      this.plane = ldl.registered("widget", "playground_plane")(boxes[0], this);
      this.curves = ldl.registered("widget", "playground_curves")(boxes[1], this);
      this.network = ldl.registered("widget", "playground_network")(boxes[2], this);
    }

    // The figure draws its controls in one list; here they get places by what they set.
    arrange() {
      const { html } = ldl.registered("core", "kit");
      const control = (name) => this.host?.querySelector(`[data-control="${name}"]`);
      const box = this.host?.querySelector(".ldl-controls");
      this.thumbs = [];
      if (!box) return;
      this.bar.append(control("speed"));
      const groups = Object.entries(GROUPS).map(([title, names]) => {
        const group = html("div", {}, [html("p", { className: "heading", textContent: title })]);
        group.setAttribute("role", "group");
        group.setAttribute("aria-label", title);
        group.append(...names.map(control));
        return group;
      });
      box.prepend(html("div", { className: "ldl-settings" }, groups));
      control("dataset").after(this.drawThumbs(html));
      box.addEventListener("click", (event) => this.addPointsToLink(event));
    }

    // Small pictures of the data sets, to choose from.
    drawThumbs(html) {
      this.thumbs = this.api.options.datasets.map(([name, label]) => {
        const canvas = html("canvas");
        const button = html("button", { type: "button", title: label }, [canvas]);
        button.setAttribute("aria-label", label);
        button.addEventListener("click", () => this.change({ dataset: name }));
        return { name, button, canvas };
      });
      const row = html("div", { className: "thumbs" }, this.thumbs.map(({ button }) => button));
      row.setAttribute("role", "group");
      row.setAttribute("aria-label", "Data sets as pictures");
      return row;
    }

    paintThumbs() {
      const { fit } = ldl.registered("core", "kit");
      const { EDGE } = this.data;
      for (const { name, canvas } of this.thumbs) {
        const set = name === "own" ? this.data.set(this.points)
          : this.data.make(name, { count: 140, noise: 0.05, seed: 1, share: 1 }).train;
        const size = 34;
        const context = fit(canvas, size, size);
        for (let i = 0; i < set.size; i += 1) {
          const x = (set.x1[i] + EDGE) / (2 * EDGE) * size;
          const y = (EDGE - set.x2[i]) / (2 * EDGE) * size;
          context.fillStyle = this.color(set.y[i] ? "blue" : "vermillion");
          context.fillRect(x - 1, y - 1, 2, 2);
        }
      }
    }

    // ---- the page: theme, size, address, what is in view

    color(name) { return this.api.options.colors[name][this.api.theme() === "dark" ? 1 : 0]; }

    recolor() {
      const theme = this.api.theme() === "dark" ? "dark" : "light";
      const stops = this.api.options.scale[theme];
      this.strong = this.pictures.palette(stops);
      this.soft = this.pictures.palette(stops, SOFT[theme]);
      this.stage.style.setProperty("--train", this.color("green"));
      this.stage.style.setProperty("--test", this.color("purple"));
      this.paintThumbs();
      this.drawLegend();
    }

    drawLegend() {
      const shape = (label, filled) => {
        const color = this.color(label ? "blue" : "vermillion");
        const inside = filled ? color : this.color("paper");
        const look = `fill="${inside}" stroke="${color}" stroke-width="2"`;
        return `<svg viewBox="0 0 14 14" aria-hidden="true">${label
          ? `<circle cx="7" cy="7" r="5" ${look}/>` : `<path d="M2 2h10v10H2z" ${look}/>`}</svg>`;
      };
      const line = `<svg viewBox="0 0 14 14" aria-hidden="true"><path d="M0 11 14 3" `
        + `stroke="${this.color("ink")}" stroke-width="2.5"/></svg>`;
      const entries = [`${shape(1, true)} class 1`, `${shape(0, true)} class 0`, `${line} boundary`];
      if (this.values.test) entries.splice(2, 0, `${shape(1, false)}${shape(0, false)} test`);
      this.plane.legend.innerHTML = entries.map((entry) => `<span>${entry}</span>`).join(" ");
    }

    listen() {
      this.stops = [this.api.onTheme(() => { this.recolor(); this.layOut(); })];
      const observe = (observer, element) => {
        observer.observe(element);
        this.stops.push(() => observer.disconnect());
      };
      observe(new ResizeObserver(() => {
        if (this.stage.clientWidth !== this.width) this.layOut(); // its height is our own doing
      }), this.stage);
      observe(new IntersectionObserver((entries) => {
        if (!entries.at(-1).isIntersecting && this.playing) this.pause();
      }), this.host ?? this.stage);
      const on = (target, type, act) => {
        target.addEventListener(type, act);
        this.stops.push(() => target.removeEventListener(type, act));
      };
      on(window, "hashchange", () => this.followAddress());
      on(document, "click", (event) => this.sameLinkAgain(event));
      if (this.addressed()) this.toTop = true;
    }

    // The part of the page's address that is this figure's, or null.
    addressed() {
      const [anchor, query] = location.hash.slice(1).split("?");
      return this.host && query && anchor === this.host.id ? new URLSearchParams(query) : null;
    }

    startPoints() {
      const written = this.addressed()?.get("points");
      const read = written ? this.pictures.readPoints(written, this.data.EDGE) : null;
      return read ?? this.api.options.own.map(([x1, x2, y]) => ({ x1, x2, y }));
    }

    followAddress() {
      const query = this.addressed();
      if (!query) return;
      this.toTop = true;
      const written = query.get("points");
      const points = written && this.pictures.readPoints(written, this.data.EDGE);
      if (points) this.setPoints(points);
      this.showTop();
    }

    // A link that is followed a second time changes no address, but should set all again.
    sameLinkAgain(event) {
      const link = event.target.closest?.("a[href]");
      if (!link || link.hash !== location.hash || !this.host) return;
      if (!link.hash.startsWith(`#${this.host.id}?`)) return;
      window.dispatchEvent(new HashChangeEvent("hashchange"));
    }

    // The page centres a figure that a link leads to; this one may be higher than the window.
    showTop() {
      if (!this.toTop) return;
      this.toTop = false;
      requestAnimationFrame(() => {
        const { host } = this;
        if (host.offsetHeight > window.innerHeight) host.scrollIntoView({ block: "start" });
      });
    }

    // The figure's link knows the controls; what the reader has drawn is added here.
    addPointsToLink(event) {
      const query = this.addressed();
      if (!event.target.closest(".ldl-tools") || query?.get("dataset") !== "own") return;
      if (query.has("points")) return;
      const written = this.pictures.writePoints(this.points, this.data.EDGE);
      history.replaceState(null, "", `${location.hash}&points=${written}`);
      navigator.clipboard?.writeText(location.href).catch(() => {}); // the address bar has it too
    }

    layOut() {
      this.width = this.stage.clientWidth;
      this.plane.layOut();
      this.curves.layOut();
      this.network.layOut();
      this.paint();
    }

    // ---- points and network

    makeSets() {
      const { dataset, count, noise, share, seed } = this.values;
      const part = share / 100;
      this.sets = dataset === "own" ? this.data.split(this.points, { seed, share: part })
        : this.data.make(dataset, { count, noise, seed, share: part });
    }

    // The reader has drawn: what was learned stays.
    setPoints(points) {
      this.points = points;
      if (this.values.dataset !== "own") return;
      this.makeSets();
      this.net.batch = this.batch;
      this.plane.layOut();
      this.measure();
      this.paint();
    }

    get batch() {
      return this.values.batch === "all" ? Math.max(1, this.sets.train.size) : this.values.batch;
    }

    makeNetwork() {
      const { values } = this;
      this.net = this.core.create({
        hidden: this.pictures.hiddenSizes(values), activation: values.activation, loss: values.loss,
        initializer: values.start, optimizer: values.optimizer, rate: values.rate,
        penalty: values.penalty, strength: values.strength, batch: this.batch,
        seed: values.weights_seed,
      });
      const { low, high } = this.core.LOSSES[values.loss];
      this.range = { low, high };
      this.grid = this.core.grid(this.net,
        { width: RESOLUTION, height: RESOLUTION, edge: this.data.EDGE });
      this.history = new this.pictures.History();
      const there = this.net.sizes[this.selected?.layer] > this.selected?.unit;
      if (!there) this.selected = null;
      this.network.rebuild();
      this.network.select(this.selected);
      this.plane.settle();
      this.measure();
    }

    // Called with all values whenever one has changed.
    set(values) {
      const changed = (names) => names.some((name) => values[name] !== this.values[name]);
      const [data, network] = [changed(DATA), changed(NETWORK)];
      const look = changed(["test"]);
      this.values = { ...values };
      for (const { name, button } of this.thumbs) {
        button.setAttribute("aria-pressed", name === values.dataset);
      }
      if (data) this.makeSets();
      if (data || network) {
        this.stop();
        this.makeNetwork();
      } else {
        for (const name of LIVE) this.net[name] = values[name];
        this.net.batch = this.batch;
      }
      if (look) this.drawLegend();
      if (data || look) this.plane.layOut();
      this.paint();
      this.showTop();
      if (!this.playing) this.say();
    }

    // Sets some controls, as the reader's buttons in the drawing do.
    change(values) { this.api.setValues(values); }

    weightsSet() {
      this.measure();
      this.paint();
      this.say();
    }

    isSelected(layer, unit) {
      return Boolean(this.selected) && this.selected.layer === layer && this.selected.unit === unit;
    }

    select(chosen) {
      this.selected = chosen;
      this.network.select(chosen);
      this.paint();
    }

    // ---- training

    measure() {
      this.now = { train: this.core.measure(this.net, this.sets.train),
        test: this.core.measure(this.net, this.sets.test) };
      const { progress, epochs } = this.net;
      const whole = epochs + (progress ? progress / Math.max(1, this.sets.train.size) : 0);
      this.history.add({ epoch: whole, train: this.now.train.loss, test: this.now.test.loss });
    }

    get diverged() { return this.sets.train.size > 0 && !Number.isFinite(this.now.train.loss); }

    once(act) {
      this.stop();
      act();
      this.measure();
      this.paint();
      this.say();
    }

    start() {
      if (!this.sets.train.size) { this.tell("There are no training points: draw some."); return; }
      if (this.diverged) { this.say(); return; }
      this.playing = true;
      this.showPlaying();
      this.still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      this.until = this.net.epochs + AT_ONCE;
      let before = performance.now();
      this.due = 1;
      const frame = () => {
        if (!this.playing) return;
        const now = performance.now();
        this.due += Math.min(LONGEST, now - before) / 1000 * (PACE[this.values.speed] ?? 0);
        before = now;
        this.train();
        const enough = this.still && this.net.epochs >= this.until;
        if (this.diverged || enough) { this.pause(); return; }
        if (!this.still) this.paint();
        this.work = performance.now() - now;
        this.next = requestAnimationFrame(frame);
      };
      this.next = requestAnimationFrame(frame);
    }

    // Trains for one picture: the steps (slow) or epochs (normal) that are due by now, or
    // as many as there is time for. Time is the limit in any case.
    train() {
      const { net, sets } = this;
      const speed = this.still ? "fast" : this.values.speed;
      const end = performance.now() + BUDGET;
      let changed = false;
      while (speed === "fast" || this.due >= 1) {
        const epoch = this.core.step(net, sets.train);
        if (epoch || speed === "slow") { changed = true; this.due -= 1; }
        if (performance.now() > end || (this.still && net.epochs >= this.until)) break;
      }
      // What there was no time for is not made up for later.
      this.due = Math.min(this.due, 1);
      if (changed) this.measure();
    }

    stop() {
      cancelAnimationFrame(this.next);
      this.playing = false;
      this.showPlaying();
    }

    // The epoch under way is finished, so that what is said is of whole epochs.
    pause() {
      this.stop();
      const { net, sets, values } = this;
      if (net.progress && values.speed !== "slow") this.core.epoch(net, sets.train);
      this.measure();
      this.paint();
      this.say();
    }

    restart() {
      this.stop();
      this.makeNetwork();
      this.paint();
      this.say();
    }

    showPlaying() {
      const icon = ldl.registered("core", "playground_icon");
      const [text, name] = this.playing ? ["Pause", "pause"] : ["Play", "play"];
      if (this.play.textContent === text) return;
      this.play.firstChild.outerHTML = icon(name);
      this.play.lastChild.textContent = text;
    }

    // ---- what the reader sees and hears

    paint() {
      const { net, grid, selected, plane } = this;
      const { layer, unit } = selected ?? { layer: net.sizes.length - 1, unit: 0 };
      this.core.paint(net, grid);
      // Its many lines cost the most: while playing, every other picture has to do.
      if (!this.playing || this.frames % 2 === 0) this.network.paint();
      const [values, range] = this.network.pictureOf(grid, layer, unit);
      const sums = layer ? this.pictures.weightedSums(net, grid, layer, unit, this.sums) : null;
      plane.draw(values, RESOLUTION, range, sums);
      const caption = selected
        ? this.pictures.unitName(net.sizes, selected.layer, selected.unit) : "Output of the network";
      if (plane.caption.textContent !== caption) plane.caption.textContent = caption;
      this.frames += 1;
      const now = performance.now();
      if (this.playing && now - this.toldAt < REFRESH) return;
      this.toldAt = now;
      this.curves.draw();
      this.showResults();
    }

    showResults() {
      const { net, now, sets, pictures } = this;
      const [epoch, train, test] = this.numbers.querySelectorAll("dd");
      const wrong = (measured, size) => size
        ? `${pictures.wrongOf(measured, size)} wrong` : "no points";
      const step = `step ${net.steps.toLocaleString("en")}`;
      const texts = [[net.epochs.toLocaleString("en"), step],
        [pictures.number(now.train.loss, 3), wrong(now.train, sets.train.size)],
        [pictures.number(now.test.loss, 3), wrong(now.test, sets.test.size)]];
      [epoch, train, test].forEach((place, i) => {
        const [large, small] = texts[i];
        if (!place.firstChild) place.append("", document.createElement("small"));
        place.firstChild.data = large;
        place.lastChild.textContent = small;
      });
    }

    tell(text) { this.api.announce(text); }

    say() {
      const text = this.net.steps ? this.pictures.resultWords(this.net, this.now, this.sets)
        : this.pictures.startWords(this.values);
      this.plane.describe(text);
      this.tell(text);
    }

    read(path) {
      const { net, now } = this;
      const known = {
        "layout.meta.layers": () => net.sizes, "layout.meta.epochs": () => net.epochs,
        layers: () => net.sizes, parameters: () => this.pictures.parameters(net.sizes),
        epochs: () => net.epochs, steps: () => net.steps, weights: () => this.core.weights(net),
        losses: () => [now.train.loss, now.test.loss],
        errors: () => [now.train.error, now.test.error],
        points: () => this.points, playing: () => this.playing, frames: () => this.frames,
        work: () => this.work, // ms of this page's own for the last picture
        selected: () => this.selected, sizes: () => [this.sets.train.size, this.sets.test.size],
      };
      if (!known[path]) throw new RangeError(`playground has no ${path}`);
      return known[path]();
    }

    destroy() {
      this.stop();
      this.stops.forEach((stop) => stop());
    }
  }

  ldl.register("widget", "playground", (stage, api) => {
    const view = new Playground(stage, api);
    return {
      set: (values) => view.set(values),
      read: (path) => view.read(path),
      destroy: () => view.destroy(),
    };
  });
})();
