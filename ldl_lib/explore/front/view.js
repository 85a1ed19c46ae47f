// One interactive figure: question, panels, controls and a sentence that says what is shown.

const ANNOUNCE_AFTER = 350; // ms without a change, so that dragging is not read out

class Figure {
  // `backend` says where states come from:
  //   plotly(bundle) -> Promise of the Plotly object
  //   part(kind, name) -> Promise that the named part is registered
  //   source(panel, controls) -> Promise of a function from values to {state, sentence}, or null
  //   shared: true if the page has an address that can carry the state
  //   again: what the reader can do if the figure does not start
  constructor(element, spec, backend) {
    Object.assign(this, { el: element, id: spec.id, spec, backend });
    this.values = this.defaults();
    this.panels = new Map();
    this.sentences = new Map(spec.panels.map(({ id, sentence }) => [id, sentence]));
    this.build();
  }

  get sentence() { return [...this.sentences.values()].filter(Boolean).join(" "); }

  build() {
    const { el, spec } = this;
    // Of its own: JupyterLab may show a widget in two places of one page.
    globalThis.ldlViews = (globalThis.ldlViews ?? 0) + 1;
    this.label = `ldl-${spec.id}--${globalThis.ldlViews}`;
    el.replaceChildren();
    el.setAttribute("role", "group");
    if (spec.question) {
      if (spec.title) el.append(make("p", { className: "ldl-title", textContent: spec.title }));
      el.append(make("p", { className: "ldl-question", id: this.label, textContent: spec.question }));
      el.setAttribute("aria-labelledby", this.label);
    } else {
      el.setAttribute("aria-label", "Figure");
    }
    const stages = spec.panels.map((panel) => {
      const stage = make("div", { className: panel.widget ? "ldl-stage" : "ldl-plot" });
      const height = panel.figure?.layout.height ?? (panel.widget ? 0 : 420);
      if (height) stage.style.height = `${height}px`;
      if (panel.figure) {
        stage.setAttribute("role", "img");
        stage.setAttribute("aria-label", panel.sentence);
      }
      return stage;
    });
    this.stages = stages;
    el.append(make("div", { className: "ldl-panels" }, stages));
    this.drawControls();
    if (spec.question) {
      // Seen at once, read out when the reader pauses: two elements.
      this.words = make("p", { className: "ldl-sentence", textContent: this.sentence });
      this.words.setAttribute("aria-hidden", "true");
      this.live = make("p", { className: "ldl-live" });
      this.live.setAttribute("role", "status");
      this.live.setAttribute("aria-live", "polite");
      this.live.textContent = this.sentence;
      el.append(this.words, this.live);
    }
  }

  drawControls() {
    const { spec } = this;
    this.controls = new Map();
    if (!spec.controls.length) return;
    const box = make("div", { className: "ldl-controls" });
    for (const control of spec.controls) {
      const id = `${this.label}-${control.name}`;
      const drawn = drawControl(control, id, (value) => this.set({ [control.name]: value }));
      this.controls.set(control.name, drawn);
      box.append(drawn.element);
    }
    this.switchControls();
    const tools = make("div", { className: "ldl-tools" });
    const reset = make("button", { type: "button", textContent: "Reset" });
    reset.addEventListener("click", () => {
      this.stopPlaying();
      this.set(this.defaults());
    });
    tools.append(reset);
    if (this.backend.shared) tools.append(this.linkButton());
    box.append(tools);
    this.el.append(box);
  }

  // Switches off the controls that have no effect at the current values of others.
  switchControls() {
    for (const { name, applies } of this.spec.controls) {
      if (!applies) continue;
      const on = Object.entries(applies).every(([other, values]) => values.includes(this.values[other]));
      this.controls.get(name).enable(on);
    }
  }

  linkButton() {
    const button = make("button", { type: "button", textContent: "Link to this state" });
    button.addEventListener("click", async () => {
      location.hash = this.address();
      let said = "Link is in the address bar";
      try {
        await navigator.clipboard.writeText(location.href);
        said = "Link copied";
      } catch { /* no clipboard from file:// or without permission */ }
      button.textContent = said;
      if (this.live) this.live.textContent = said;
      setTimeout(() => { button.textContent = "Link to this state"; }, 2500);
    });
    return button;
  }

  // The fragment that leads back to the current state.
  address() { return `#ldl-${this.id}?${writeValues(this.spec.controls, this.values)}`; }

  stopPlaying() { this.controls.forEach((control) => control.stop?.()); }

  defaults() {
    return Object.fromEntries(this.spec.controls.map(({ name, value }) => [name, value]));
  }

  // Loads what the figure needs and draws it.
  async start() {
    try {
      await Promise.all(this.spec.panels.map((panel, i) => this.startPanel(panel, this.stages[i])));
      await this.show();
      this.started = true;
      this.recover();
    } catch (error) {
      this.fail(error);
      throw error;
    }
    return this;
  }

  async startPanel(panel, stage) {
    if (panel.widget) {
      await this.backend.part("widget", panel.widget);
      // It may have to unpack its numbers first.
      const widget = await ldl.registered("widget", panel.widget)(stage, this.widgetApi(panel));
      this.panels.set(panel.id, { panel, widget });
      return;
    }
    const [Plotly, source] = await Promise.all([
      this.backend.plotly(panel.plotly), this.backend.source(panel, this.spec.controls),
    ]);
    const plot = new Plot(stage, panel.figure, Plotly);
    this.panels.set(panel.id, { panel, plot, source, stage });
    if (source) {
      const { state } = await source(this.values);
      plot.set(state);
    }
    await plot.start();
    if (panel.clicks) plot.onClick((place) => this.set(this.nearest(panel.clicks, place)));
  }

  // The values of controls that lie nearest to a place {x, y} in a figure.
  nearest(clicks, place) {
    return Object.fromEntries(Object.entries(clicks).map(([name, axis]) => {
      const control = this.spec.controls.find((each) => each.name === name);
      return [name, nearestValue(control, place[axis])];
    }));
  }

  widgetApi(panel) {
    return {
      options: panel.constants,
      values: this.values,
      setValues: (values) => this.set(values),
      announce: (text) => this.say(panel.id, text),
      theme: currentTheme,
      onTheme,
    };
  }

  // Sets some control values and draws; resolves after the result has been painted.
  // While a drawing is under way only the newest request is kept.
  set(values) {
    for (const [name, value] of Object.entries(values)) {
      const control = this.spec.controls.find((each) => each.name === name);
      if (!control || controlIndex(control, value) < 0) {
        throw new RangeError(`figure ${this.id}: control ${name} cannot be ${value}`);
      }
    }
    Object.assign(this.values, values);
    for (const name of Object.keys(values)) this.controls.get(name).show(values[name]);
    this.switchControls();
    this.waiting ??= (async () => {
      await this.drawing;
      this.waiting = null;
      this.drawing = this.show().then(
        () => this.recover(), (error) => this.fail(error, "Other settings may work."));
      await this.drawing;
      await nextPaint();
    })();
    return this.waiting;
  }

  // Shows the current values in every panel.
  async show() {
    const values = { ...this.values };
    await Promise.all([...this.panels.values()].map(async ({ panel, plot, widget, source }) => {
      if (widget) { widget.set(values); return; }
      if (!source) return;
      const { state, sentence } = await source(values);
      plot.set(state);
      await plot.draw();
      if (sentence !== undefined) this.say(panel.id, sentence);
    }));
  }

  // Puts a panel's sentence on the page now, and has it read out after a pause.
  say(panelId, sentence) {
    this.sentences.set(panelId, sentence);
    const panel = this.panels.get(panelId);
    panel?.stage?.setAttribute("aria-label", sentence);
    if (!this.words) return;
    this.words.textContent = this.sentence;
    clearTimeout(this.announcing);
    this.announcing = setTimeout(() => { this.live.textContent = this.sentence; }, ANNOUNCE_AFTER);
  }

  // What is drawn at a path of a panel (the only panel, if none is named).
  read(path, panelId = this.spec.panels[0].id) {
    const { plot, widget } = this.panels.get(panelId);
    return widget ? widget.read(path) : plot.read(path);
  }

  // A state that can be shown takes back what was said of one that could not.
  recover() {
    if (!this.started) return;
    this.el.querySelector(".ldl-error")?.remove();
    this.el.dataset.ldlState = "ready";
  }

  fail(error, advice = this.backend?.again ?? "Reload the page to try again.") {
    console.error(error);
    this.el.dataset.ldlState = "failed";
    this.el.querySelector(".ldl-error")?.remove();
    const text = `This figure cannot be shown: ${error.message}. ${advice}`;
    const note = make("p", { className: "ldl-error", textContent: text });
    note.setAttribute("role", "alert");
    this.el.append(note);
  }

  destroy() {
    clearTimeout(this.announcing);
    this.stopPlaying();
    this.panels.forEach(({ plot, widget }) => { plot?.destroy(); widget?.destroy?.(); });
  }
}

ldl.Figure = Figure;
Object.assign(ldl, { loadScript, loadPlotly, pageSource, readValues });
